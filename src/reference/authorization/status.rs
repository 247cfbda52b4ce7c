//! What was decided.

use std::fmt;

/// The action code of a decision, X12's HCR01.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AuthStatus {
    /// `A1`: certified in total.
    Certified,
    /// `A2`: certified in part.
    Partial,
    /// `A3`: not certified.
    NotCertified,
    /// `A4`: pended.
    Pended,
    /// `A6`: modified.
    Modified,
    /// `C`: cancelled.
    Cancelled,
    /// `CT`: contact the payer.
    ContactPayer,
    /// `NA`: no action required; it gives no authorization.
    NoAction,
}

/// What an action code comes down to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Decision {
    /// Approved, in whole, in part or modified.
    Approved,
    /// Denied.
    Denied,
    /// Cancelled.
    Cancelled,
    /// Not decided yet.
    Pended,
}

impl AuthStatus {
    /// Every status.
    pub const ALL: [AuthStatus; 8] = [
        AuthStatus::Certified,
        AuthStatus::Partial,
        AuthStatus::NotCertified,
        AuthStatus::Pended,
        AuthStatus::Modified,
        AuthStatus::Cancelled,
        AuthStatus::ContactPayer,
        AuthStatus::NoAction,
    ];

    /// The code of HCR01.
    pub const fn code(self) -> &'static str {
        match self {
            AuthStatus::Certified => "A1",
            AuthStatus::Partial => "A2",
            AuthStatus::NotCertified => "A3",
            AuthStatus::Pended => "A4",
            AuthStatus::Modified => "A6",
            AuthStatus::Cancelled => "C",
            AuthStatus::ContactPayer => "CT",
            AuthStatus::NoAction => "NA",
        }
    }

    /// What it says, in words.
    pub const fn word(self) -> &'static str {
        match self {
            AuthStatus::Certified => "certified",
            AuthStatus::Partial => "certified in part",
            AuthStatus::NotCertified => "not certified",
            AuthStatus::Pended => "pended",
            AuthStatus::Modified => "modified",
            AuthStatus::Cancelled => "cancelled",
            AuthStatus::ContactPayer => "contact the plan",
            AuthStatus::NoAction => "no action",
        }
    }

    /// The status of an HCR01, in any letter case.
    pub fn from_hcr01(code: &[u8]) -> Option<AuthStatus> {
        AuthStatus::ALL.into_iter().find(|status| code.eq_ignore_ascii_case(status.code().as_bytes()))
    }

    /// What it comes down to; `None` for [`AuthStatus::NoAction`].
    pub const fn decision(self) -> Option<Decision> {
        match self {
            AuthStatus::Certified | AuthStatus::Partial | AuthStatus::Modified => Some(Decision::Approved),
            AuthStatus::NotCertified => Some(Decision::Denied),
            AuthStatus::Cancelled => Some(Decision::Cancelled),
            AuthStatus::Pended | AuthStatus::ContactPayer => Some(Decision::Pended),
            AuthStatus::NoAction => None,
        }
    }

    /// Whether it ends what a request to cancel is about: it approves that, or says that it is done.
    pub const fn ends(self) -> bool {
        matches!(self.decision(), Some(Decision::Approved | Decision::Cancelled))
    }

    /// Whether it approves.
    pub const fn is_approved(self) -> bool {
        matches!(self.decision(), Some(Decision::Approved))
    }
}

impl fmt::Display for AuthStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::{AuthStatus, Decision};

    #[test]
    fn codes_come_down_to_decisions() {
        for (code, decision) in [
            ("A1", Some(Decision::Approved)),
            ("A2", Some(Decision::Approved)),
            ("a6", Some(Decision::Approved)),
            ("A3", Some(Decision::Denied)),
            ("C", Some(Decision::Cancelled)),
            ("A4", Some(Decision::Pended)),
            ("CT", Some(Decision::Pended)),
            ("NA", None),
        ] {
            let status = AuthStatus::from_hcr01(code.as_bytes()).unwrap();
            assert_eq!(status.decision(), decision);
            assert_eq!(status.code(), code.to_uppercase());
        }
        assert_eq!(AuthStatus::from_hcr01(b"A5"), None);
        assert_eq!(AuthStatus::from_hcr01(b""), None);
    }
}
