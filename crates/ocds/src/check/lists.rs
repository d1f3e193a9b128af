//! The closed and the common code lists of OCDS 1.1, with what widely used extensions add.

/// What happened in a release.
pub const TAGS: &[&str] = &[
    "planning",
    "planningUpdate",
    "tender",
    "tenderAmendment",
    "tenderUpdate",
    "tenderCancellation",
    "award",
    "awardUpdate",
    "awardCancellation",
    "contract",
    "contractUpdate",
    "contractAmendment",
    "implementation",
    "implementationUpdate",
    "contractTermination",
    "compiled",
    "bid",
    "bidUpdate",
];

pub const TENDER_STATUS: &[&str] = &[
    "planning",
    "planned",
    "active",
    "cancelled",
    "unsuccessful",
    "complete",
    "withdrawn",
];

pub const AWARD_STATUS: &[&str] = &["pending", "active", "cancelled", "unsuccessful"];

pub const CONTRACT_STATUS: &[&str] = &["pending", "active", "cancelled", "terminated"];

pub const PROCUREMENT_METHOD: &[&str] = &["open", "selective", "limited", "direct"];

/// What a party does in a process.
pub const ROLES: &[&str] = &[
    "buyer",
    "procuringEntity",
    "supplier",
    "tenderer",
    "funder",
    "enquirer",
    "payer",
    "payee",
    "reviewBody",
    "interestedParty",
    "candidate",
    "attendee",
    "official",
    "invitedCandidate",
    "invitedTenderer",
    "notifiedSupplier",
    "wholesaleBuyer",
];
