//! Colors of what is shown to people.

use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};

use super::args::Color;

/// Paints words, or leaves them plain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint(bool);

impl Paint {
    /// As `--color` asks; left to us, colors are for terminals, unless `NO_COLOR` is set.
    pub(super) fn new(color: Color, stream: &impl IsTerminal) -> Paint {
        Paint(match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty())
            }
        })
    }

    /// Whether there are colors.
    pub(super) fn on(self) -> bool {
        self.0
    }

    /// A severity by its color: reject red, warn yellow, else blue.
    pub(super) fn severity(self, severity: &str) -> String {
        let color = match severity {
            "reject" => AnsiColor::Red,
            "warn" => AnsiColor::Yellow,
            _ => AnsiColor::Blue,
        };
        self.with(Style::new().bold().fg_color(Some(color.into())), severity)
    }

    /// What the eye should find first.
    pub(super) fn strong(self, text: &str) -> String {
        self.with(Style::new().bold(), text)
    }

    fn with(self, style: Style, text: &str) -> String {
        if self.0 && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_as_asked_for() {
        let file = std::fs::File::open(file!()).expect("this file");
        assert!(!Paint::new(Color::Auto, &file).on(), "a file is no terminal");
        assert_eq!(Paint::new(Color::Never, &file).severity("reject"), "reject");
        assert_eq!(Paint::new(Color::Always, &file).severity("reject"), "\u{1b}[1m\u{1b}[31mreject\u{1b}[0m");
    }
}
