//! Which guide a set follows.

/// A guide that the project holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum GuideId {
    /// 837 professional claims.
    Professional,
    /// 837 institutional claims.
    Institutional,
    /// 837 dental claims.
    Dental,
    /// 278 requests for review.
    AuthorizationRequest,
    /// 278 responses to a review.
    AuthorizationResponse,
    /// 999 implementation acknowledgments.
    Acknowledgement999,
    /// 277 claim acknowledgments.
    ClaimAcknowledgement277,
}

impl GuideId {
    /// Every guide.
    pub const ALL: [GuideId; 7] = [
        GuideId::Professional,
        GuideId::Institutional,
        GuideId::Dental,
        GuideId::AuthorizationRequest,
        GuideId::AuthorizationResponse,
        GuideId::Acknowledgement999,
        GuideId::ClaimAcknowledgement277,
    ];

    /// Its short name: `837P`.
    pub const fn label(self) -> &'static str {
        match self {
            GuideId::Professional => "837P",
            GuideId::Institutional => "837I",
            GuideId::Dental => "837D",
            GuideId::AuthorizationRequest => "278 request",
            GuideId::AuthorizationResponse => "278 response",
            GuideId::Acknowledgement999 => "999",
            GuideId::ClaimAcknowledgement277 => "277CA",
        }
    }

    /// The version that its tables hold, as GS08 and ST03 name it.
    pub const fn version(self) -> &'static str {
        match self {
            GuideId::Professional => "005010X222A1",
            GuideId::Institutional => "005010X223A2",
            GuideId::Dental => "005010X224A2",
            GuideId::AuthorizationRequest | GuideId::AuthorizationResponse => "005010X217",
            GuideId::Acknowledgement999 => "005010X231A1",
            GuideId::ClaimAcknowledgement277 => "005010X214",
        }
    }
}

/// What a version text alone tells: the two directions of a 278 share theirs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Family {
    /// 837 professional claims.
    Professional,
    /// 837 institutional claims.
    Institutional,
    /// 837 dental claims.
    Dental,
    /// 278, request or response.
    Authorization,
    /// 999 implementation acknowledgments.
    Acknowledgement999,
    /// 277 claim acknowledgments.
    ClaimAcknowledgement277,
}

impl Family {
    /// The guide; `bht02`, the set's purpose code, tells a 278 response (11) from a request.
    pub fn guide(self, bht02: &[u8]) -> GuideId {
        match self {
            Family::Professional => GuideId::Professional,
            Family::Institutional => GuideId::Institutional,
            Family::Dental => GuideId::Dental,
            Family::Authorization if bht02 == b"11" => GuideId::AuthorizationResponse,
            Family::Authorization => GuideId::AuthorizationRequest,
            Family::Acknowledgement999 => GuideId::Acknowledgement999,
            Family::ClaimAcknowledgement277 => GuideId::ClaimAcknowledgement277,
        }
    }
}

/// A version text of GS08 or ST03 that the tables can judge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Version {
    /// Which guide.
    pub family: Family,
    /// Whether it is the version that the tables hold; else a sibling of the same guide, before or after some
    /// errata.
    pub adopted: bool,
}

/// The versions that the tables can judge, and whether each is the one that they hold.
const VERSIONS: [(&str, Family, bool); 15] = [
    ("005010X222A1", Family::Professional, true),
    ("005010X222", Family::Professional, false),
    ("005010X222A2", Family::Professional, false),
    ("005010X223A2", Family::Institutional, true),
    ("005010X223", Family::Institutional, false),
    ("005010X223A1", Family::Institutional, false),
    ("005010X223A3", Family::Institutional, false),
    ("005010X224A2", Family::Dental, true),
    ("005010X224", Family::Dental, false),
    ("005010X224A1", Family::Dental, false),
    ("005010X224A3", Family::Dental, false),
    ("005010X217", Family::Authorization, true),
    ("005010X231A1", Family::Acknowledgement999, true),
    ("005010X231", Family::Acknowledgement999, false),
    ("005010X214", Family::ClaimAcknowledgement277, true),
];

/// What a version text of GS08 or ST03 stands for; none if it is no version of a guide of ours.
pub fn version(text: &[u8]) -> Option<Version> {
    let (_, family, adopted) = VERSIONS.iter().find(|(name, ..)| name.as_bytes() == text)?;
    Some(Version { family: *family, adopted: *adopted })
}

/// The versions of claims and authorizations, adopted or not, that a profile may accept.
pub fn acceptable_versions() -> impl Iterator<Item = &'static str> {
    let is_ours = |family| !matches!(family, Family::Acknowledgement999 | Family::ClaimAcknowledgement277);
    VERSIONS.iter().filter(move |(_, family, _)| is_ours(*family)).map(|(name, ..)| *name)
}

#[cfg(test)]
mod tests {
    use super::{Family, GuideId, version};
    use crate::guide::Guide;

    #[test]
    fn versions_and_their_siblings() {
        for (text, family, adopted) in [
            ("005010X222A1", Family::Professional, true),
            ("005010X222", Family::Professional, false),
            ("005010X223A1", Family::Institutional, false),
            ("005010X224A2", Family::Dental, true),
            ("005010X217", Family::Authorization, true),
        ] {
            let found = version(text.as_bytes()).expect(text);
            assert_eq!((found.family, found.adopted), (family, adopted), "{text}");
        }
        for text in ["", "004010X098A1", "005010X222A9", "005010X216", "005010X221A1"] {
            assert_eq!(version(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn every_guide_is_its_versions_guide() {
        for id in GuideId::ALL {
            assert_eq!(Guide::of(id).id(), id);
            let found = version(id.version().as_bytes()).expect("a known version");
            assert!(found.adopted);
            let purpose: &[u8] = if id == GuideId::AuthorizationResponse { b"11" } else { b"13" };
            assert_eq!(found.family.guide(purpose), id);
        }
    }
}
