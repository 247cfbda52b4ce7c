//! The command line's own reference, for `docs/cli.md`.

use std::fmt::Write as _;

use clap::CommandFactory;

use super::Arguments;

/// Every command with its help, as Markdown.
pub fn command_line_reference() -> String {
    let mut text = String::from("# Command line\n");
    let mut root = Arguments::command().term_width(100).color(clap::ColorChoice::Never);
    root.build();
    section(&mut text, &mut root, "claimsieve");
    text
}

fn section(text: &mut String, command: &mut clap::Command, name: &str) {
    let help = command.render_long_help().to_string();
    let help: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = write!(text, "\n## {name}\n\n```text\n{}\n```\n", help.join("\n").trim_end());
    let inner: Vec<String> =
        command.get_subcommands().map(|c| c.get_name().to_owned()).filter(|name| name != "help").collect();
    for sub in inner {
        if let Some(command) = command.find_subcommand_mut(&sub) {
            section(text, command, &format!("{name} {sub}"));
        }
    }
}
