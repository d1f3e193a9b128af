//! Entity lists and entities: what they are and which rules hold, without storage or protocol.

use std::collections::BTreeMap;

use formats::xform::entities::Said;
use serde::{Deserialize, Serialize};

use crate::{
    collect::model::PLACE_QUESTIONS,
    platform::{
        problem::{Kind, Problem},
        time::Time,
    },
};

/// Property → value, as a submission or a program gives them.
pub type Data = BTreeMap<String, String>;

/// The key under which a label stands among what a change said.
pub const LABEL: &str = "label";
/// The property that may name an entity's parent by its id.
pub const PARENT: &str = "parent";

/// A list of entities of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    pub id: String,
    /// A small number, because ODK's clients address deleted lists by it.
    pub number: i64,
    pub project_id: i64,
    /// The organisation of its project.
    pub org: Option<String>,
    pub name: String,
    /// A submission makes an entity only when it is approved.
    pub needs_approval: bool,
    /// Who files sees only the entities they made.
    pub is_own_only: bool,
    /// Its entities lie in places, so that one without a place is for those only who reach everywhere.
    pub is_placed: bool,
    /// The list of its entities' parents.
    pub parent_list: Option<String>,
    /// Counts the changes of the list, its properties and entities.
    pub revision: i64,
    pub created_at: Time,
    pub changed_at: Time,
    pub deleted_at: Option<Time>,
}

/// What is known of each entity of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    pub name: String,
    pub is_personal: bool,
    /// The question's words; blank when nobody asked one.
    pub title: String,
    pub created_at: Time,
}

/// How many entities a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    pub n_entities: i64,
    pub n_conflicts: i64,
    pub last_at: Option<Time>,
}

/// Changed from two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Conflict {
    /// Different properties, or a version in between.
    Soft,
    /// The same property to different values.
    Hard,
}

impl Conflict {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Soft => "soft",
            Self::Hard => "hard",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "soft" => Some(Self::Soft),
            "hard" => Some(Self::Hard),
            _ => None,
        }
    }
}

/// One thing, as its newest version says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    pub id: String,
    pub list_id: String,
    /// The id that forms know it by.
    pub uuid: String,
    pub label: String,
    pub data: Data,
    pub version: i64,
    pub conflict: Option<Conflict>,
    /// Conflicts up to this version were looked at.
    pub resolved_version: i64,
    pub parent: Option<Parent>,
    pub place: Option<String>,
    pub created_at: Time,
    pub created_by: Option<String>,
    pub changed_at: Option<Time>,
    pub deleted_at: Option<Time>,
}

/// The parent of an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    pub uuid: String,
    /// `None` while it is not here, or after it was deleted for good.
    pub id: Option<String>,
    pub label: Option<String>,
}

/// What was known of an entity after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub version: i64,
    pub label: String,
    pub data: Data,
    /// What this change itself said, its label among it.
    pub received: Data,
    pub base_version: Option<i64>,
    pub branch_id: Option<String>,
    pub trunk_version: Option<i64>,
    pub branch_base_version: Option<i64>,
    /// Properties changed from two sides.
    pub conflicting: Option<Vec<String>>,
    pub is_late_create: bool,
    pub parent_uuid: Option<String>,
    pub created_at: Time,
    pub created_by: Option<String>,
    pub user_agent: Option<String>,
    pub source: Source,
}

/// Where a version came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub id: String,
    /// `submission`, `api`, `desk`, `upload`, or what another part of collect names.
    pub kind: String,
    pub submission: Option<SourceSubmission>,
    pub is_forced: bool,
    /// JSON: an upload's name, size and count.
    pub details: Option<String>,
}

/// The submission a version came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceSubmission {
    pub id: String,
    pub instance_id: String,
    pub root_id: String,
    pub xml_form_id: String,
    pub form_slug: String,
    pub project_slug: String,
    /// The form's title in the version it was filed with.
    pub title: String,
    pub name: Option<String>,
}

/// Why an entity could not be made or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub code: FaultCode,
    /// What its sentence names: a field, an id, a version; never an answer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultCode {
    FieldMissing,
    FieldMistyped,
    ListUnknown,
    ActionForbidden,
    EntityUnknown,
    EntityDeleted,
    VersionUnknown,
    EntityExists,
    /// The id belonged to an entity that was deleted.
    IdSpent,
}

impl FaultCode {
    /// The code of the problem, which is also the id of its text.
    pub fn problem(self) -> &'static str {
        match self {
            Self::FieldMissing => "collect-entity-field-missing",
            Self::FieldMistyped => "collect-entity-field-mistyped",
            Self::ListUnknown => "collect-list-unknown",
            Self::ActionForbidden => "collect-entity-action-forbidden",
            Self::EntityUnknown => "collect-entity-unknown",
            Self::EntityDeleted => "collect-entity-deleted",
            Self::VersionUnknown => "collect-entity-version-unknown",
            Self::EntityExists => "collect-entity-exists",
            Self::IdSpent => "collect-entity-id-spent",
        }
    }

    fn kind(self) -> Kind {
        match self {
            Self::FieldMissing | Self::FieldMistyped => Kind::Invalid,
            Self::ActionForbidden => Kind::Forbidden,
            Self::EntityExists | Self::IdSpent => Kind::Conflict,
            _ => Kind::NotFound,
        }
    }
}

impl Fault {
    pub fn new(code: FaultCode, with: &[(&str, &str)]) -> Self {
        let with = with
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Self { code, with }
    }

    /// Something must be given that is not.
    pub fn missing_field(field: &str) -> Self {
        Self::new(FaultCode::FieldMissing, &[("field", field)])
    }

    /// Something is given as what it cannot be.
    pub fn mistyped_field(field: &str, expected: &str) -> Self {
        Self::new(
            FaultCode::FieldMistyped,
            &[("field", field), ("expected", expected)],
        )
    }

    /// Whether a form that may also make the entity should make it now.
    pub fn lets_create(&self) -> bool {
        match self.code {
            FaultCode::EntityUnknown => true,
            FaultCode::FieldMissing => self.with.get("field").is_some_and(|field| field == "baseVersion"),
            _ => false,
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Problem {
        let mut problem = Problem::new(fault.code.kind(), fault.code.problem());
        for name in ["field", "expected", "list", "action", "uuid", "version"] {
            if let Some(value) = fault.with.get(name) {
                problem = problem.with(name, value);
            }
        }
        problem
    }
}

/// What a submission wants of one entity, checked as far as it can be without knowing the entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub uuid: String,
    /// `None` when nothing, or nothing but blanks, is said.
    pub label: Option<String>,
    pub data: Data,
    pub base_version: Option<i64>,
    pub trunk_version: Option<i64>,
    pub branch_id: Option<String>,
}

impl Wish {
    /// Reads what was said about an entity.
    ///
    /// # Errors
    /// What is missing or of the wrong kind.
    pub fn read(said: &Said) -> Result<Self, Fault> {
        let uuid = uuid_of("uuid", &said.id)?;
        let branch_id = match said.branch_id.is_empty() {
            true => None,
            false => Some(uuid_of("branchId", &said.branch_id)?),
        };
        let trunk_version = number_of("trunkVersion", &said.trunk_version)?;
        if trunk_version.is_some() && branch_id.is_none() {
            return Err(Fault::missing_field("branchId"));
        }
        Ok(Self {
            uuid,
            label: said
                .label
                .as_ref()
                .filter(|label| !label.trim().is_empty())
                .cloned(),
            data: said.data.iter().cloned().collect(),
            base_version: number_of("baseVersion", &said.base_version)?,
            trunk_version,
            branch_id,
        })
    }

    /// What the change said, with its label.
    pub fn received(&self) -> Data {
        let label = self.label.iter().map(|label| (LABEL.to_owned(), label.clone()));
        self.data.clone().into_iter().chain(label).collect()
    }

    /// The label of an entity that is to be made.
    ///
    /// # Errors
    /// When there is none, unless its turn was forced: then it gets the id's beginning.
    pub fn label_of_new(&self, is_forced: bool) -> Result<String, Fault> {
        match (&self.label, is_forced) {
            (Some(label), _) => Ok(label.clone()),
            (None, true) => Ok(self.uuid.split('-').next().unwrap_or_default().to_owned()),
            (None, false) => Err(Fault::missing_field(LABEL)),
        }
    }

    /// From which version of the entity the change was made.
    ///
    /// # Errors
    /// When it does not say.
    pub fn base(&self) -> Result<Base, Fault> {
        let base = self
            .base_version
            .ok_or_else(|| Fault::missing_field("baseVersion"))?;
        Ok(match &self.branch_id {
            None => Base::Version(base),
            // The first change after the entity was made, or after the phone went offline.
            Some(_) if base == 1 || self.trunk_version == Some(base) => Base::BranchStart(base),
            Some(branch) => Base::InBranch {
                branch: branch.clone(),
                after: base - 1,
            },
        })
    }
}

/// The version that a change was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// A version of the server.
    Version(i64),
    /// A version of the server with which a phone went offline; the phone's own change may come before it.
    BranchStart(i64),
    /// The phone's own change before this one: the one whose base it counted so.
    InBranch { branch: String, after: i64 },
}

/// What an entity becomes by a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    pub label: String,
    pub data: Data,
    pub conflict: Option<Conflict>,
    pub conflicting: Option<Vec<String>>,
}

/// Puts a change onto the newest version of an entity and tells where it disagrees with what others changed meanwhile.
///
/// `is_interrupted` says that somebody else changed the entity since the phone went offline; `is_late_create` that the change is
/// the making of the entity itself, which came after its own updates.
pub fn merge(
    entity: &Entity,
    base: &Version,
    wish: &Wish,
    is_interrupted: bool,
    is_late_create: bool,
) -> Merged {
    let received = wish.received();
    let now = with_label(&entity.data, &entity.label);
    let contested = if base.version != entity.version {
        let then = with_label(&base.data, &base.label);
        let changed = now.iter().filter(|(name, value)| then.get(*name) != Some(*value));
        Some(changed.map(|(name, _)| name.clone()).collect::<Vec<_>>())
    } else if is_late_create {
        Some(now.keys().cloned().collect())
    } else {
        None
    };
    let conflicting = contested.map(|names| {
        names
            .into_iter()
            .filter(|name| {
                received
                    .get(name)
                    .is_some_and(|value| now.get(name) != Some(value))
            })
            .collect::<Vec<_>>()
    });
    let conflict = match (&conflicting, entity.conflict) {
        // A conflict that was hard stays so until somebody resolves it.
        (_, Some(Conflict::Hard)) => Some(Conflict::Hard),
        (Some(names), _) if !names.is_empty() => Some(Conflict::Hard),
        (Some(_), _) => Some(Conflict::Soft),
        (None, _) if is_interrupted => Some(Conflict::Soft),
        (None, before) => before,
    };
    let mut data = entity.data.clone();
    data.extend(wish.data.clone());
    Merged {
        label: wish.label.clone().unwrap_or_else(|| entity.label.clone()),
        data,
        conflict,
        conflicting,
    }
}

/// A version as somebody who looks for conflicts sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub version: Version,
    pub conflict: Option<Conflict>,
    pub is_resolved: bool,
    /// Properties that differ from the version it was made from.
    pub base_diff: Vec<String>,
    /// Properties that differ from the version before it.
    pub server_diff: Vec<String>,
    /// The last one before the conflicts that nobody resolved.
    pub is_last_good: bool,
    pub is_relevant: bool,
}

/// Tells of every version, in order, whether it conflicts, and which ones somebody must see to resolve that.
pub fn look(versions: &[Version], resolved_version: i64) -> Vec<Seen> {
    let mut branches: BTreeMap<&str, i64> = BTreeMap::new();
    let mut seen: Vec<Seen> = Vec::new();
    let mut last_good: Option<i64> = None;
    let mut bases: Vec<i64> = Vec::new();
    let at = |n: i64| usize::try_from(n - 1).ok().and_then(|at| versions.get(at));
    for each in versions {
        if let Some(branch) = &each.branch_id {
            follow_branch(&mut branches, branch, each);
        }
        let mut one = Seen {
            version: each.clone(),
            conflict: None,
            is_resolved: false,
            base_diff: Vec::new(),
            server_diff: Vec::new(),
            is_last_good: false,
            is_relevant: false,
        };
        if each.version > 1 {
            let base = each.base_version.unwrap_or(each.version - 1);
            let strays = each
                .branch_id
                .as_deref()
                .is_some_and(|branch| branches.get(branch).is_some_and(|last| *last < base));
            one.base_diff = at(base).map_or_else(Vec::new, |base| differing(&each.received, base));
            one.server_diff =
                at(each.version - 1).map_or_else(Vec::new, |before| differing(&each.received, before));
            if each.version != base + 1 || strays || each.is_late_create {
                let is_hard = each.conflicting.as_ref().is_some_and(|names| !names.is_empty());
                one.conflict = Some(if is_hard { Conflict::Hard } else { Conflict::Soft });
                one.is_resolved = each.version <= resolved_version;
                if !one.is_resolved && last_good.is_none() {
                    last_good = Some(each.version - 1);
                }
            }
            if last_good.is_some() {
                bases.push(base);
            }
        }
        seen.push(one);
    }
    let shown_good = last_good.or_else(|| seen.last().map(|one| one.version.version));
    for one in &mut seen {
        let version = one.version.version;
        one.is_last_good = shown_good == Some(version);
        one.is_relevant = last_good.is_some_and(|good| version >= good) || bases.contains(&version);
    }
    seen
}

/// Notes how far a phone's offline branch goes on from where it left the server without anybody in between.
fn follow_branch<'a>(branches: &mut BTreeMap<&'a str, i64>, branch: &'a str, version: &Version) {
    match branches.get_mut(branch) {
        Some(last) => {
            if version.base_version == Some(*last) && version.version == *last + 1 {
                *last = version.version;
            }
        }
        None => {
            let last = match version.trunk_version {
                Some(trunk) if version.version == trunk + 1 => version.version,
                Some(_) => 0,
                // Made and changed offline: nothing was there to leave, and its making counts as the first version.
                None if version.version == 2 => 2,
                None => 1,
            };
            branches.insert(branch, last);
        }
    }
}

fn differing(received: &Data, other: &Version) -> Vec<String> {
    let other = with_label(&other.data, &other.label);
    let names = received
        .iter()
        .filter(|(name, value)| other.get(*name) != Some(*value));
    names.map(|(name, _)| name.clone()).collect()
}

/// One property that a version changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub property: String,
    pub old: Option<String>,
    pub new: String,
}

/// What each version after the first changed; properties are only ever added.
pub fn differences(versions: &[Version]) -> Vec<Vec<Difference>> {
    versions
        .windows(2)
        .map(|pair| {
            let (old, new) = (
                with_label(&pair[0].data, &pair[0].label),
                with_label(&pair[1].data, &pair[1].label),
            );
            new.into_iter()
                .filter(|(name, value)| old.get(name) != Some(value))
                .map(|(property, new)| Difference {
                    old: old.get(&property).cloned(),
                    property,
                    new,
                })
                .collect()
        })
        .collect()
}

fn with_label(data: &Data, label: &str) -> Data {
    let label = (LABEL.to_owned(), label.to_owned());
    data.clone().into_iter().chain([label]).collect()
}

/// Reads the id of an entity: a random UUID (version 4), with or without its scheme.
///
/// # Errors
/// When it is blank or none.
pub fn uuid_of(field: &str, text: &str) -> Result<String, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Fault::missing_field(field));
    }
    let bare = match text.get(..5) {
        Some(scheme) if scheme.eq_ignore_ascii_case("uuid:") => &text[5..],
        _ => text,
    };
    let is_hyphenated = bare.len() == 36;
    uuid::Uuid::try_parse(bare)
        .ok()
        .filter(|id| is_hyphenated && id.get_version_num() == 4 && id.get_variant() == uuid::Variant::RFC4122)
        .map(|id| id.to_string())
        .ok_or_else(|| Fault::mistyped_field(field, "UUID v4"))
}

fn number_of(field: &str, text: &str) -> Result<Option<i64>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    if !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Fault::mistyped_field(field, "integer"));
    }
    text.parse()
        .map(Some)
        .map_err(|_| Fault::mistyped_field(field, "integer"))
}

/// The place an entity lies in, as its own properties say: the narrowest that names one.
pub fn place_of(data: &Data, is_known: impl Fn(&str) -> bool) -> Option<String> {
    PLACE_QUESTIONS
        .iter()
        .filter_map(|name| data.get(*name))
        .map(|place| place.trim())
        .find(|place| is_known(place))
        .map(str::to_owned)
}

/// Tells whether a form asks which place a submission is about.
pub fn asks_place(form: &formats::xform::Form) -> bool {
    let tables = formats::xform::tables(form);
    tables.first().is_some_and(|root| {
        root.columns.iter().any(|column| {
            let name = column.path.rsplit('/').next().unwrap_or_default();
            PLACE_QUESTIONS.contains(&name)
        })
    })
}

/// Tells whether a property's name says that its value is about a place.
pub fn is_place(property: &str) -> bool {
    PLACE_QUESTIONS.contains(&property)
}

/// What somebody may see of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub reach: crate::accounts::Reach,
    /// Only what this account made.
    pub owner: Option<String>,
    /// Also what lies in no place.
    pub with_unplaced: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(pairs: &[(&str, &str)]) -> Data {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn version(n: i64, base: Option<i64>, pairs: &[(&str, &str)], received: &[(&str, &str)]) -> Version {
        Version {
            version: n,
            label: "House".into(),
            data: data(pairs),
            received: data(received),
            base_version: base,
            branch_id: None,
            trunk_version: None,
            branch_base_version: None,
            conflicting: None,
            is_late_create: false,
            parent_uuid: None,
            created_at: Time(n),
            created_by: None,
            user_agent: None,
            source: Source {
                id: "s".into(),
                kind: "api".into(),
                submission: None,
                is_forced: false,
                details: None,
            },
        }
    }

    fn entity(of: &Version) -> Entity {
        Entity {
            id: "e".into(),
            list_id: "l".into(),
            uuid: ID.into(),
            label: of.label.clone(),
            data: of.data.clone(),
            version: of.version,
            conflict: None,
            resolved_version: 0,
            parent: None,
            place: None,
            created_at: Time(0),
            created_by: None,
            changed_at: None,
            deleted_at: None,
        }
    }

    const ID: &str = "12345678-1234-4123-8234-123456789abc";

    fn wish(pairs: &[(&str, &str)]) -> Wish {
        Wish {
            uuid: ID.into(),
            label: None,
            data: data(pairs),
            base_version: Some(1),
            trunk_version: None,
            branch_id: None,
        }
    }

    #[test]
    fn an_id_is_a_random_uuid_with_or_without_its_scheme() {
        let upper = format!("UUID:{}", ID.to_uppercase());
        assert_eq!(uuid_of("uuid", &upper), Ok(ID.to_owned()));
        for bad in [
            "12345678-1234-1123-8234-123456789abc",
            "123",
            "12345678123441238234123456789abc",
        ] {
            assert_eq!(
                uuid_of("uuid", bad).map_err(|fault| fault.code),
                Err(FaultCode::FieldMistyped),
                "{bad}"
            );
        }
        assert_eq!(uuid_of("uuid", " "), Err(Fault::missing_field("uuid")));
    }

    #[test]
    fn a_change_of_the_newest_version_is_no_conflict() {
        let first = version(1, None, &[("roof", "tin"), ("walls", "mud")], &[]);
        let merged = merge(&entity(&first), &first, &wish(&[("roof", "tile")]), false, false);
        assert_eq!(merged.data, data(&[("roof", "tile"), ("walls", "mud")]));
        assert_eq!((merged.conflict, merged.conflicting), (None, None));
    }

    #[test]
    fn changes_of_different_properties_conflict_softly_and_of_the_same_one_hard() {
        let first = version(1, None, &[("roof", "tin"), ("walls", "mud")], &[]);
        let second = version(
            2,
            Some(1),
            &[("roof", "tile"), ("walls", "mud")],
            &[("roof", "tile")],
        );
        let now = entity(&second);
        let walls = merge(&now, &first, &wish(&[("walls", "brick")]), false, false);
        assert_eq!(
            (walls.conflict, walls.conflicting),
            (Some(Conflict::Soft), Some(vec![]))
        );
        let roof = merge(&now, &first, &wish(&[("roof", "straw")]), false, false);
        assert_eq!(
            (roof.conflict, roof.conflicting),
            (Some(Conflict::Hard), Some(vec!["roof".to_owned()]))
        );
        let same = merge(&now, &first, &wish(&[("roof", "tile")]), false, false);
        assert_eq!(same.conflict, Some(Conflict::Soft), "both said the same");
    }

    #[test]
    fn a_hard_conflict_stays_hard_and_an_interrupted_branch_is_soft() {
        let first = version(1, None, &[("roof", "tin")], &[]);
        let mut now = entity(&first);
        assert_eq!(
            merge(&now, &first, &wish(&[("roof", "x")]), true, false).conflict,
            Some(Conflict::Soft)
        );
        now.conflict = Some(Conflict::Hard);
        assert_eq!(
            merge(&now, &first, &wish(&[("roof", "x")]), false, false).conflict,
            Some(Conflict::Hard)
        );
    }

    #[test]
    fn the_making_of_an_entity_that_comes_late_conflicts_where_it_differs() {
        let forced = version(1, None, &[("roof", "tile")], &[]);
        let merged = merge(
            &entity(&forced),
            &forced,
            &wish(&[("roof", "tin"), ("walls", "mud")]),
            false,
            true,
        );
        assert_eq!(merged.conflicting, Some(vec!["roof".to_owned()]));
        assert_eq!(merged.conflict, Some(Conflict::Hard));
    }

    #[test]
    fn a_change_says_from_which_version_it_was_made() {
        let mut asked = wish(&[]);
        assert_eq!(asked.base(), Ok(Base::Version(1)));
        asked.branch_id = Some(ID.into());
        assert_eq!(asked.base(), Ok(Base::BranchStart(1)));
        (asked.base_version, asked.trunk_version) = (Some(4), Some(4));
        assert_eq!(asked.base(), Ok(Base::BranchStart(4)));
        asked.base_version = Some(6);
        assert_eq!(
            asked.base(),
            Ok(Base::InBranch {
                branch: ID.into(),
                after: 5
            })
        );
        asked.base_version = None;
        assert!(asked.base().expect_err("says nothing").lets_create());
    }

    #[test]
    fn what_was_said_is_checked_before_anything_is_asked() {
        let said = Said {
            id: ID.into(),
            trunk_version: "2".into(),
            label: Some("  ".into()),
            ..Said::default()
        };
        assert_eq!(Wish::read(&said), Err(Fault::missing_field("branchId")));
        let said = Said {
            base_version: "two".into(),
            trunk_version: String::new(),
            ..said
        };
        assert_eq!(
            Wish::read(&said),
            Err(Fault::mistyped_field("baseVersion", "integer"))
        );
        let said = Said {
            base_version: "2".into(),
            ..said
        };
        let wish = Wish::read(&said).expect("in order");
        assert_eq!((wish.base_version, &wish.label), (Some(2), &None));
        assert_eq!(wish.label_of_new(false), Err(Fault::missing_field("label")));
        assert_eq!(wish.label_of_new(true), Ok("12345678".to_owned()));
    }

    #[test]
    fn versions_in_conflict_are_shown_with_the_last_good_one() {
        let mut third = version(3, Some(1), &[], &[("roof", "straw")]);
        third.conflicting = Some(vec!["roof".into()]);
        let versions = [
            version(1, None, &[("roof", "tin")], &[]),
            version(2, Some(1), &[("roof", "tile")], &[("roof", "tile")]),
            third,
        ];
        let seen = look(&versions, 0);
        let told: Vec<_> = seen
            .iter()
            .map(|one| (one.conflict, one.is_last_good, one.is_relevant))
            .collect();
        assert_eq!(
            told,
            [
                (None, false, true),
                (None, true, true),
                (Some(Conflict::Hard), false, true)
            ]
        );
        let resolved = look(&versions, 3);
        assert!(resolved[2].is_resolved && resolved[2].is_last_good);
        assert!(resolved.iter().all(|one| !one.is_relevant));
    }

    #[test]
    fn a_branch_that_nobody_interrupted_is_no_conflict_and_one_that_somebody_did_is() {
        let of_branch = |n: i64, base: i64, trunk: Option<i64>| Version {
            branch_id: Some("b".into()),
            trunk_version: trunk,
            ..version(n, Some(base), &[], &[])
        };
        let alone = [
            version(1, None, &[], &[]),
            of_branch(2, 1, Some(1)),
            of_branch(3, 2, Some(1)),
        ];
        assert!(look(&alone, 0).iter().all(|one| one.conflict.is_none()));
        let interrupted = [
            version(1, None, &[], &[]),
            version(2, Some(1), &[], &[]),
            of_branch(3, 1, Some(1)),
            of_branch(4, 3, Some(1)),
        ];
        let conflicts: Vec<_> = look(&interrupted, 0).iter().map(|one| one.conflict).collect();
        assert_eq!(
            conflicts,
            [None, None, Some(Conflict::Soft), Some(Conflict::Soft)]
        );
    }

    #[test]
    fn differences_tell_what_each_version_changed() {
        let mut second = version(2, Some(1), &[("roof", "tile"), ("walls", "mud")], &[]);
        second.label = "Home".into();
        let told = differences(&[version(1, None, &[("roof", "tin")], &[]), second]);
        let told: Vec<_> = told[0]
            .iter()
            .map(|each| (&*each.property, each.old.as_deref(), &*each.new))
            .collect();
        assert_eq!(
            told,
            [
                ("label", Some("House"), "Home"),
                ("roof", Some("tin"), "tile"),
                ("walls", None, "mud")
            ]
        );
    }

    #[test]
    fn the_narrowest_place_that_is_answered_is_where_an_entity_lies() {
        let of = |pairs: &[(&str, &str)]| place_of(&data(pairs), |code| code.starts_with("35"));
        assert_eq!(
            of(&[("village", "35.22.01"), ("place", "by the well")]),
            Some("35.22.01".into())
        );
        assert_eq!(of(&[("roof", "tin")]), None);
    }
}
