//! Households and members that may be in a list twice: found, asked about at entry, made one by two people, parted again.

mod deciding;
mod entry;
mod finding;
mod pages;

use baraza::{
    collect::{
        self,
        entities::{self, model::Entity, model::List},
        households::{
            self,
            model::{Pair, PairState},
        },
    },
    platform::op::Role,
};

use super::{post, publish_alone, settle};
use crate::town::{Town, Visitor};

/// A visit to a household with its members, made or updated.
pub const CENSUS: &str = "\
| survey | type | name | label::English (en) | label::Bahasa Indonesia (id) | save_to |
|---|---|---|---|---|---|
| | text | village | Village | Desa | households#village |
| | text | head_name | Head | Kepala | households#head_name |
| | text | roof | Roof | Atap | households#roof |
| | begin_repeat | member | Member | Anggota | |
| | text | name | Name | Nama | members#full_name |
| | integer | age | Age | Umur | members#age |
| | text | sex | Sex | Kelamin | members#sex |
| | text | phone | Phone | Telepon | members#phone |
| | text | status | Status | Status | members#status |
| | end_repeat | | | | |

| entities | list_name | label |
|---|---|---|
| | households | ${head_name} |
| | members | ${name} |

| settings | form_title | form_id | version |
|---|---|---|---|
| | Census | people | 1 |
";

/// A later round about one member who is chosen from the list.
pub const LATER: &str = "\
| survey | type | name | label | save_to |
|---|---|---|---|---|
| | select_one_from_file members.csv | who | Who | |
| | integer | age | Age | age |
| | text | status | Status | status |

| entities | list_name | entity_id |
|---|---|---|
| | members | ${who} |

| settings | form_title | form_id | version |
|---|---|---|---|
| | Later | later | 1 |
";

pub const SUMBEREJO: &str = "35.22.01.2001";
pub const TEGAL: &str = "35.22.01.2002";

/// The id of the nth household, or of the nth member of one.
pub fn uuid(household: u32, member: u32) -> String {
    format!("{household:08}-{member:04}-4000-8000-000000000000")
}

/// A member as a form tells of them.
pub struct Told(pub &'static str, pub u32, pub &'static str);

/// A visit to household `n` in a village.
pub fn visit(n: u32, village: &str, head: &str, members: &[Told]) -> String {
    let member = |(nth, Told(name, age, sex)): (usize, &Told)| {
        let id = uuid(n, u32::try_from(nth).expect("few") + 1);
        format!(
            "<member><name>{name}</name><age>{age}</age><sex>{sex}</sex><phone/><status/>\
             <meta><entity dataset=\"members\" create=\"1\" id=\"{id}\"><label>{name}</label></entity></meta></member>"
        )
    };
    let members: String = members.iter().enumerate().map(member).collect();
    format!(
        "<data id=\"people\" version=\"1\"><village>{village}</village><head_name>{head}</head_name><roof>tin</roof>{members}\
         <meta><entity dataset=\"households\" create=\"1\" id=\"{}\"><label>{head}</label></entity>\
         <instanceID>uuid:visit-{n}</instanceID></meta></data>",
        uuid(n, 0)
    )
}

/// A later round about a member.
pub fn later(id: &str, who: &str, age: u32, status: &str) -> String {
    format!(
        "<data id=\"later\" version=\"1\"><who>{who}</who><age>{age}</age><status>{status}</status>\
         <meta><entity dataset=\"members\" update=\"1\" id=\"{who}\" baseVersion=\"1\"/><instanceID>uuid:{id}</instanceID></meta></data>"
    )
}

/// A town with both forms.
pub async fn town() -> Town {
    let town = Town::new().await;
    settle(&town).await;
    publish_alone(&town, CENSUS).await;
    publish_alone(&town, LATER).await;
    town
}

pub async fn files(town: &Town, xml: &str) {
    post(&town.admin().await, xml, &[]).await.is(201);
    town.run_jobs().await;
}

/// A town where the family of Sugeng was filed twice, in slightly other words, and somebody else once.
pub async fn twice() -> Town {
    let town = town().await;
    file_twice(&town, 0).await;
    town
}

/// Publishes the census and files the family twice; returns the pair of its two households.
pub async fn family_filed_twice(town: &Town) -> String {
    publish_alone(town, CENSUS).await;
    // Another form keeps households of its own in the same lists.
    file_twice(town, 500).await;
    let found = pairs(town, "households", PairState::Open).await;
    let family = found.iter().find(|pair| pair.one.uuid == uuid(501, 0));
    family.expect("a pair").id.clone()
}

async fn file_twice(town: &Town, after: u32) {
    let first = [Told("Siti Aminah", 34, "p"), Told("Sugeng Riyadi", 40, "l")];
    files(town, &visit(after + 1, SUMBEREJO, "Sugeng Riyadi", &first)).await;
    let other = [Told("Dewi Lestari", 61, "p")];
    files(town, &visit(after + 2, SUMBEREJO, "Dewi Lestari", &other)).await;
    let again = [
        Told("Sitti Amina", 35, "p"),
        Told("Soegeng Rijadi", 40, "l"),
        Told("Budi", 3, "l"),
    ];
    files(town, &visit(after + 3, SUMBEREJO, "Soegeng Rijadi", &again)).await;
}

pub async fn list(town: &Town, name: &str) -> List {
    let project = collect::project(&town.app, 1).await.expect("a project");
    entities::lists::find(&town.app, &town.system(), &project, name)
        .await
        .expect("a list")
}

/// Pairs of a list in a state.
pub async fn pairs(town: &Town, name: &str, state: PairState) -> Vec<Pair> {
    let list = list(town, name).await;
    households::pairs(&town.app, &town.system(), &list, state, 0, 100)
        .await
        .expect("pairs")
}

/// The only pair of a list in a state.
pub async fn pair(town: &Town, name: &str, state: PairState) -> Pair {
    let mut found = pairs(town, name, state).await;
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// Pairs as the labels of the two.
pub fn labels(pairs: &[Pair]) -> Vec<(&str, &str)> {
    let mut labels: Vec<_> = pairs
        .iter()
        .map(|pair| (&*pair.one.label, &*pair.other.label))
        .collect();
    labels.sort_unstable();
    labels
}

/// The entity an id stands for.
pub async fn find(town: &Town, name: &str, uuid: &str) -> Option<Entity> {
    let list = list(town, name).await;
    entities::present(&town.app, &town.system(), &list, uuid)
        .await
        .ok()
}

/// Labels of the members of a household.
pub async fn members(town: &Town, household: &str) -> Vec<String> {
    let Some(household) = find(town, "households", household).await else {
        return vec!["none".to_owned()];
    };
    let children = entities::children(&town.app, &household).await.expect("children");
    let mut labels: Vec<String> = children.into_iter().map(|child| child.label).collect();
    labels.sort();
    labels
}

pub async fn officer(town: &Town) -> Visitor<'_> {
    town.someone(Role::Officer, Some(SUMBEREJO)).await
}

pub async fn steward(town: &Town) -> Visitor<'_> {
    town.someone(Role::Steward, Some("35.22")).await
}

pub async fn producer(town: &Town) -> Visitor<'_> {
    town.someone(Role::Producer, Some("35.22")).await
}

/// Proposes to make a pair one; the one that was filed first stays.
pub async fn proposes(visitor: &Visitor<'_>, pair: &Pair, take: &[&str]) -> crate::town::Answer {
    let mut fields = vec![
        ("survivor", pair.one.uuid.as_str()),
        ("why", "I asked the family"),
    ];
    fields.extend(take.iter().map(|name| ("take", *name)));
    visitor
        .submits(&format!("/desk/households/pairs/{}/propose", pair.id), &fields)
        .await
}

pub async fn settles(visitor: &Visitor<'_>, pair: &Pair, say: &str) -> crate::town::Answer {
    let fields = [("say", say), ("why", "I looked at both")];
    visitor
        .submits(&format!("/desk/households/pairs/{}/second", pair.id), &fields)
        .await
}
