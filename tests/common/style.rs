//! Separators and line ends. Tests write segments a line, with `*`, `:` and `^`; a style turns that into an interchange.

/// How an interchange looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Style {
    pub(crate) element: u8,
    pub(crate) component: u8,
    /// ISA11; `U` for none.
    pub(crate) repetition: u8,
    pub(crate) terminator: u8,
    /// What follows each terminator.
    pub(crate) line: &'static str,
}

impl Style {
    /// `*`, `:`, `^`, `~`, a segment a line.
    pub(crate) const USUAL: Style =
        Style { element: b'*', component: b':', repetition: b'^', terminator: b'~', line: "\n" };

    /// All on one line.
    pub(crate) const ONE_LINE: Style = Style { line: "", ..Style::USUAL };

    /// Styles as unlike each other as senders are.
    pub(crate) const ALL: [Style; 8] = [
        Style::USUAL,
        Style::ONE_LINE,
        Style { line: "\r\n", ..Style::USUAL },
        Style { element: b'|', component: b'>', repetition: b'!', terminator: b'~', line: "" },
        Style { element: b'*', component: b'<', repetition: b'U', terminator: b'\'', line: "\n" },
        Style { element: 0x1d, component: 0x1f, repetition: 0x1e, terminator: 0x1c, line: "" },
        Style { terminator: b'\n', line: "", ..Style::USUAL },
        Style { terminator: b'\r', line: "\n", ..Style::USUAL },
    ];

    /// Segments, a line each in the usual separators, as bytes of this style.
    pub(crate) fn dress(&self, segments: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(segments.len() + 64);
        for segment in segments.lines().filter(|segment| !segment.is_empty()) {
            let isa = segment.starts_with("ISA*") && segment.len() >= 100;
            for (at, byte) in segment.bytes().enumerate() {
                // ISA11 may be a letter, which stands for no separator
                let repetition_of_isa = isa && at == 82;
                bytes.push(match byte {
                    b'*' => self.element,
                    b':' => self.component,
                    b'^' if repetition_of_isa || self.repetition != b'U' => self.repetition,
                    other => other,
                });
            }
            bytes.push(self.terminator);
            bytes.extend_from_slice(self.line.as_bytes());
        }
        bytes
    }
}

/// Breaks a file into lines of `width` bytes, wherever that falls. Segments must not lie on lines of their own.
pub(crate) fn wrapped(bytes: &[u8], width: usize) -> Vec<u8> {
    bytes.chunks(width).collect::<Vec<_>>().join(&b"\r\n"[..])
}

/// An ISA, fixed layout, usual separators, without terminator.
pub(crate) fn isa(control: u32) -> String {
    format!(
        "ISA*00*          *00*          *ZZ*BAYBILLING     *ZZ*COASTPLAN      *260302*1200*^*00501*{control:09}*0*P*:"
    )
}
