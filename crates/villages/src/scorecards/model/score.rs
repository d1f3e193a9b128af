//! What a group gave a criterion; what was noted beside it.

use serde::Serialize;

use super::round::Scale;
use crate::platform::{
    problem::{Problem, Result},
    time::Time,
};

/// The points of five faces, from the saddest.
pub const FACES: [u8; 5] = [0, 25, 50, 75, 100];

/// The consensus of a group: votes help to find it and are never averaged into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Score {
    pub session: String,
    pub criterion: String,
    /// 0 to 100; faces are kept at their points.
    pub value: u8,
    /// Tokens counted at each face, from the saddest.
    pub votes: Option<[u32; 5]>,
    pub reason: String,
    pub suggestion: String,
    /// The act that wrote it last.
    pub version: String,
    pub scored_at: Time,
}

/// What users are entitled to beside what there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Input {
    pub id: String,
    pub round: String,
    pub what: String,
    pub entitlement: String,
    pub actual: String,
    pub remark: String,
    /// There is less than there should be.
    pub is_short: bool,
    pub position: u32,
}

/// Something noted in a session or in the meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    pub id: String,
    pub round: String,
    pub session: Option<String>,
    pub criterion: Option<String>,
    pub text: String,
    pub at: Time,
}

/// A photograph of a session or of the meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Photo {
    /// The act that brought it.
    pub id: String,
    pub round: String,
    pub session: Option<String>,
    /// SHA-256 of the picture.
    pub blob: String,
    pub caption: String,
    pub at: Time,
}

/// Returns the points of a face, 1 (saddest) to 5.
///
/// # Errors
/// `scorecards-face-range` on field `value`.
pub fn points_of_face(face: u8) -> Result<u8> {
    let at = face.checked_sub(1).map(usize::from);
    at.and_then(|at| FACES.get(at).copied())
        .ok_or_else(|| refused("value", "scorecards-face-range"))
}

/// Returns the face, 1 to 5, that stands nearest to some points.
#[must_use]
pub fn face_of(value: u8) -> u8 {
    (value.min(100) + 12) / 25 + 1
}

/// Checks a score: at most 100, on the scale of its round, and no more votes than people.
///
/// # Errors
/// `scorecards-score-range` and `scorecards-face-range` on field `value`, `scorecards-votes-many` on field `votes`.
pub fn check(scale: Scale, value: u8, votes: Option<[u32; 5]>, n_present: Option<u32>) -> Result<()> {
    if value > 100 {
        return Err(refused("value", "scorecards-score-range"));
    }
    if scale == Scale::Faces && !FACES.contains(&value) {
        return Err(refused("value", "scorecards-face-range"));
    }
    let n_votes: u64 = votes.unwrap_or_default().into_iter().map(u64::from).sum();
    match n_present {
        Some(n) if n_votes > u64::from(n) => Err(refused("votes", "scorecards-votes-many")),
        _ => Ok(()),
    }
}

fn refused(field: &'static str, code: &'static str) -> Problem {
    Problem::invalid("fields").field(field, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<()>) -> &'static str {
        result.expect_err("refused").fields()[0].code
    }

    #[test]
    fn a_score_is_on_its_scale_and_votes_are_not_more_than_people() {
        assert_eq!(
            code(check(Scale::Hundred, 101, None, None)),
            "scorecards-score-range"
        );
        assert_eq!(code(check(Scale::Faces, 60, None, None)), "scorecards-face-range");
        let votes = Some([0, 0, 3, 2, 1]);
        assert_eq!(
            code(check(Scale::Hundred, 60, votes, Some(5))),
            "scorecards-votes-many"
        );
        assert!(check(Scale::Hundred, 61, votes, Some(6)).is_ok());
        assert!(check(Scale::Faces, 75, None, None).is_ok());
    }

    #[test]
    fn five_faces_stand_at_their_points_and_there_is_no_sixth() {
        for (face, points) in (1..=5).zip(FACES) {
            assert_eq!(points_of_face(face).expect("points"), points);
            assert_eq!(face_of(points), face);
        }
        assert!(points_of_face(0).is_err() && points_of_face(6).is_err());
        assert_eq!((face_of(12), face_of(13), face_of(255)), (1, 2, 5));
    }
}
