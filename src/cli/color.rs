//! Whether what is shown has colors.

use std::io::IsTerminal;

use super::args::Color;
use crate::output::paint::Paint;

/// As `--color` asks; left to us, colors are for terminals, unless `NO_COLOR` is set.
pub(super) fn paint(color: Color, stream: &impl IsTerminal) -> Paint {
    Paint::new(match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty()),
    })
}

#[cfg(test)]
mod tests {
    use super::{Color, paint};

    #[test]
    fn a_file_is_no_terminal() {
        let file = std::fs::File::open(file!()).expect("this file");
        assert!(!paint(Color::Auto, &file).on());
        assert!(!paint(Color::Never, &file).on());
        assert!(paint(Color::Always, &file).on());
    }
}
