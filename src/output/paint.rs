//! Colors of what is shown to people.

use anstyle::{AnsiColor, Style};

/// Paints words, or leaves them plain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Paint(bool);

impl Paint {
    /// With colors, or without.
    pub const fn new(on: bool) -> Paint {
        Paint(on)
    }

    /// Whether there are colors.
    pub const fn on(self) -> bool {
        self.0
    }

    /// Words in the color of a severity: reject red, warn yellow, else blue.
    pub fn severity(self, severity: &str, text: &str) -> String {
        let color = match severity {
            "reject" => AnsiColor::Red,
            "warn" => AnsiColor::Yellow,
            _ => AnsiColor::Blue,
        };
        self.with(Style::new().bold().fg_color(Some(color.into())), text)
    }

    /// What the eye should find first.
    pub fn strong(self, text: &str) -> String {
        self.with(Style::new().bold(), text)
    }

    /// What is only there to find one's way.
    pub fn faint(self, text: &str) -> String {
        self.with(Style::new().dimmed(), text)
    }

    fn with(self, style: Style, text: &str) -> String {
        if self.0 && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::Paint;

    #[test]
    fn colors_are_as_asked_for() {
        assert_eq!(Paint::new(false).severity("reject", "no"), "no");
        assert_eq!(Paint::new(true).severity("reject", "no"), "\u{1b}[1m\u{1b}[31mno\u{1b}[0m");
        assert_eq!(Paint::new(true).strong(""), "", "nothing is not painted");
    }
}
