"""A bar chart as SVG, on a logarithmic scale."""
import math
from xml.sax.saxutils import escape

WIDTH, ROW, LEFT, TOP = 760, 24, 250, 44


def bars(title, unit, values):
    """`values` are (name, value, whether it stands out)."""
    low = math.floor(math.log10(min(value for _, value, _ in values)))
    high = math.ceil(math.log10(max(value for _, value, _ in values)))
    high = max(high, low + 1)
    scale = (WIDTH - LEFT - 90) / (high - low)
    place = lambda value: LEFT + (math.log10(value) - low) * scale
    bottom = TOP + ROW * len(values)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 30}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{bottom + 30}" fill="#ffffff"/>',
        f'<text x="10" y="22" font-size="15">{escape(title)}</text>',
    ]
    for power in range(low, high + 1):
        x = place(10**power)
        parts.append(f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{bottom}" stroke="#dddddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle" fill="#555555">{10**power:g} {unit}</text>')
    for nth, (name, value, stands_out) in enumerate(values):
        y = TOP + nth * ROW
        colour = "#1f6f8b" if stands_out else "#b0b7bd"
        parts.append(f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end">{escape(name)}</text>')
        width = max(place(value) - LEFT, 2)
        parts.append(f'<rect x="{LEFT}" y="{y + 3}" width="{width:.1f}" height="{ROW - 8}" fill="{colour}"/>')
        parts.append(f'<text x="{LEFT + width + 6:.1f}" y="{y + 15}" fill="#333333">{value:.3g}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
