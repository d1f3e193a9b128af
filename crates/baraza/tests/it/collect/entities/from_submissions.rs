use std::time::Duration;

use baraza::{
    collect::{
        self,
        entities::{self, Removal, lists::ListChange},
    },
    platform::op::Role,
};

use super::{VISIT, files, find, line, op, person, round, town, uuid, visit};
use crate::{
    collect::{post, publish_alone, settle},
    town::Town,
};

#[tokio::test]
async fn a_form_that_is_published_makes_its_lists_with_their_properties_and_parents() {
    let town = Town::new().await;
    settle(&town).await;
    publish_alone(&town, VISIT).await;
    let project = collect::project(&town.app, 1).await.expect("a project");
    let members = entities::lists::find(&town.app, &op(&town), &project, "members")
        .await
        .expect("made");
    let told = entities::lists::describe(&town.app, &op(&town), members)
        .await
        .expect("described");
    let names: Vec<_> = told
        .properties
        .iter()
        .map(|property| (&*property.name, &*property.title))
        .collect();
    assert_eq!(names, [("full_name", "Name"), ("age", "Age")]);
    assert_eq!(told.parent.map(|list| list.name), Some("households".to_owned()));
    assert!(told.list.is_placed, "the form asks for a village");
    assert_eq!(told.writers[0].scope, "/data/member");
}

#[tokio::test]
async fn a_visit_makes_a_household_and_its_members_as_its_children() {
    let town = town().await;
    files(&town, &visit(1, &[("Ann", 43), ("Ben", 12)])).await;
    assert_eq!(
        line(&town, "households", 1).await,
        "House 1 v1 number=1 roof=tin village=35.22.01.2001"
    );
    assert_eq!(line(&town, "members", 11).await, "Ben v1 age=12 full_name=Ben");
    let house = find(&town, "households", 1).await.expect("made");
    let children = entities::children(&town.app, &house).await.expect("children");
    let told: Vec<_> = children
        .iter()
        .map(|child| (&*child.label, child.place.as_deref()))
        .collect();
    assert_eq!(
        told,
        [("Ann", Some("35.22.01.2001")), ("Ben", Some("35.22.01.2001"))]
    );
    let versions = entities::versions(&town.app, &house).await.expect("versions");
    let source = versions[0].source.submission.as_ref().expect("a submission");
    assert_eq!(
        (&*source.instance_id, &*source.xml_form_id),
        ("uuid:visit-1", "visit")
    );
}

#[tokio::test]
async fn the_same_submission_looked_at_again_changes_nothing() {
    let town = town().await;
    files(&town, &visit(1, &[("Ann", 43)])).await;
    files(&town, &visit(1, &[("Ann", 43)])).await;
    let admin = town.admin().await;
    // A correction of it makes no second entity, as in ODK Central.
    let edited = visit(1, &[("Anna", 44)]).replace(
        "<instanceID>uuid:visit-1</instanceID>",
        "<instanceID>uuid:visit-1b</instanceID><deprecatedID>uuid:visit-1</deprecatedID>",
    );
    post(&admin, &edited, &[]).await.is(201);
    town.run_jobs().await;
    assert_eq!(line(&town, "members", 10).await, "Ann v1 age=43 full_name=Ann");
}

#[tokio::test]
async fn a_later_round_changes_what_it_asks_and_leaves_the_rest() {
    let town = town().await;
    files(&town, &visit(1, &[])).await;
    files(
        &town,
        &round(
            "r1",
            1,
            "<roof>tile</roof><walls>mud</walls>",
            "baseVersion=\"1\"",
        ),
    )
    .await;
    assert_eq!(
        line(&town, "households", 1).await,
        "House 1 v2 number=1 roof=tile village=35.22.01.2001 walls=mud"
    );
    // What was not asked, because it was not relevant, stays; what was left blank is blank.
    files(&town, &round("r2", 1, "<roof/>", "baseVersion=\"2\"")).await;
    assert_eq!(
        line(&town, "households", 1).await,
        "House 1 v3 number=1 roof= village=35.22.01.2001 walls=mud"
    );
}

#[tokio::test]
async fn two_changes_of_one_version_conflict_until_somebody_resolves_it() {
    let town = town().await;
    files(&town, &visit(1, &[])).await;
    files(&town, &round("r1", 1, "<roof>tile</roof>", "baseVersion=\"1\"")).await;
    files(&town, &round("r2", 1, "<walls>mud</walls>", "baseVersion=\"1\"")).await;
    assert!(line(&town, "households", 1).await.ends_with("walls=mud soft"));
    files(&town, &round("r3", 1, "<roof>straw</roof>", "baseVersion=\"1\"")).await;
    assert!(line(&town, "households", 1).await.ends_with("hard"));
    let project = collect::project(&town.app, 1).await.expect("a project");
    let list = entities::lists::find(&town.app, &op(&town), &project, "households")
        .await
        .expect("a list");
    let resolve = entities::Change {
        resolves: true,
        base_version: Some(4),
        ..entities::Change::default()
    };
    let origin = entities::Origin {
        kind: "api",
        ..entities::Origin::default()
    };
    let resolved = entities::change(&town.app, &op(&town), &list, &uuid(1), resolve.clone(), &origin)
        .await
        .expect("resolved");
    assert_eq!((resolved.conflict, resolved.version), (None, 4));
    let again = entities::change(&town.app, &op(&town), &list, &uuid(1), resolve, &origin).await;
    assert_eq!(
        again.expect_err("nothing to resolve").code(),
        "collect-entity-no-conflict"
    );
}

/// What a phone says that made changes offline: the branch, and the version it went offline with.
fn offline(base: u32, trunk: &str) -> String {
    format!(
        "baseVersion=\"{base}\" trunkVersion=\"{trunk}\" branchId=\"{}\"",
        uuid(999)
    )
}

#[tokio::test]
async fn changes_of_one_phone_that_come_in_the_wrong_order_wait_for_their_turn() {
    let town = town().await;
    files(&town, &visit(1, &[])).await;
    files(&town, &round("o3", 1, "<roof>three</roof>", &offline(3, "1"))).await;
    files(&town, &round("o2", 1, "<roof>two</roof>", &offline(2, "1"))).await;
    assert!(line(&town, "households", 1).await.starts_with("House 1 v1 "));
    files(&town, &round("o1", 1, "<roof>one</roof>", &offline(1, "1"))).await;
    assert_eq!(
        line(&town, "households", 1).await,
        "House 1 v4 number=1 roof=three village=35.22.01.2001"
    );
    let house = find(&town, "households", 1).await.expect("there");
    let bases: Vec<_> = entities::versions(&town.app, &house)
        .await
        .expect("versions")
        .iter()
        .map(|version| (version.base_version, version.branch_base_version))
        .collect();
    assert_eq!(
        bases,
        [
            (None, None),
            (Some(1), Some(1)),
            (Some(2), Some(2)),
            (Some(3), Some(3))
        ]
    );
}

#[tokio::test]
async fn a_change_that_waits_in_vain_is_taken_after_five_days() {
    let town = town().await;
    files(&town, &round("o2", 7, "<roof>two</roof>", &offline(2, ""))).await;
    assert_eq!(line(&town, "households", 7).await, "none");
    for (days, expected) in [(4, "none"), (2, "00000007 v1 roof=two")] {
        town.advance(Duration::from_secs(days * 24 * 60 * 60));
        baraza::platform::jobs::queue_chores(&town.app)
            .await
            .expect("queued");
        town.run_jobs().await;
        assert_eq!(line(&town, "households", 7).await, expected);
    }
    // The visit that made the household comes at last: it is put onto it, and whoever looks sees both.
    files(&town, &visit(7, &[("Ann", 43)])).await;
    assert_eq!(
        line(&town, "households", 7).await,
        "House 7 v2 number=7 roof=tin village=35.22.01.2001 hard"
    );
    let child = find(&town, "members", 70).await.expect("made");
    assert_eq!(child.parent.expect("a parent").label.as_deref(), Some("House 7"));
}

#[tokio::test]
async fn a_list_that_needs_approval_makes_entities_only_of_approved_submissions() {
    let town = town().await;
    let project = collect::project(&town.app, 1).await.expect("a project");
    let households = entities::lists::find(&town.app, &op(&town), &project, "households")
        .await
        .expect("a list");
    let needs = ListChange {
        needs_approval: Some(true),
        ..ListChange::default()
    };
    let households = entities::lists::change(&town.app, &op(&town), &households, needs)
        .await
        .expect("changed");
    files(&town, &visit(1, &[("Ann", 43)])).await;
    assert_eq!(line(&town, "households", 1).await, "none");
    let ann = find(&town, "members", 10).await.expect("needs no approval");
    let parent = ann.parent.expect("said");
    assert_eq!(
        (&*parent.uuid, parent.id),
        (&*uuid(1), None),
        "it is not here yet"
    );
    let open = ListChange {
        needs_approval: Some(false),
        ..ListChange::default()
    };
    let asked = entities::lists::change(&town.app, &op(&town), &households, open).await;
    assert_eq!(
        asked.expect_err("one submission waits").code(),
        "collect-list-pending"
    );
    let open = ListChange {
        waiting: entities::lists::Waiting::Convert,
        ..open
    };
    entities::lists::change(&town.app, &op(&town), &households, open)
        .await
        .expect("changed");
    town.run_jobs().await;
    assert!(line(&town, "households", 1).await.starts_with("House 1 v1"));
    let ann = find(&town, "members", 10).await.expect("there");
    assert_eq!(ann.parent.expect("a parent").label.as_deref(), Some("House 1"));
}

#[tokio::test]
async fn approving_a_submission_makes_the_entities_that_waited_for_it() {
    let town = town().await;
    let admin = town.admin().await;
    admin
        .sends(
            "PATCH",
            "/v1/projects/1/datasets/households",
            "application/json",
            "{\"approvalRequired\":true}".into(),
        )
        .await
        .is(200);
    files(&town, &visit(1, &[])).await;
    assert_eq!(line(&town, "households", 1).await, "none");
    for (state, expected) in [("hasIssues", "none"), ("approved", "House 1 v1")] {
        admin
            .sends(
                "PATCH",
                "/v1/projects/1/forms/visit/submissions/uuid%3Avisit-1",
                "application/json",
                format!("{{\"reviewState\":\"{state}\"}}").into(),
            )
            .await
            .is(200);
        town.run_jobs().await;
        assert!(
            line(&town, "households", 1).await.starts_with(expected),
            "{state}"
        );
    }
}

#[tokio::test]
async fn what_is_wrong_with_one_entity_keeps_none_of_the_others_back() {
    let town = town().await;
    let broken = visit(1, &[("Ann", 43), ("Ben", 12)]).replace(&uuid(10), "not-an-id");
    files(&town, &broken).await;
    assert!(line(&town, "households", 1).await.starts_with("House 1"));
    assert!(line(&town, "members", 11).await.starts_with("Ben"));
    // Neither does a change of what is not there, or of what was deleted.
    files(&town, &round("r1", 5, "<roof>x</roof>", "baseVersion=\"1\"")).await;
    let project = collect::project(&town.app, 1).await.expect("a project");
    let list = entities::lists::find(&town.app, &op(&town), &project, "households")
        .await
        .expect("a list");
    let moved = entities::move_one(&town.app, &op(&town), &list, &uuid(1), Removal::Delete)
        .await
        .expect("deleted");
    assert_eq!((moved.n, moved.n_children), (1, 1), "its children are told of");
    files(&town, &round("r2", 1, "<roof>x</roof>", "baseVersion=\"1\"")).await;
    assert_eq!(line(&town, "households", 1).await, "none");
    entities::move_one(&town.app, &op(&town), &list, &uuid(1), Removal::Restore)
        .await
        .expect("restored");
    assert_eq!(
        line(&town, "households", 1).await,
        "House 1 v1 number=1 roof=tin village=35.22.01.2001"
    );
}

#[tokio::test]
async fn a_declaration_that_is_wrong_is_refused_with_its_place() {
    let town = Town::new().await;
    settle(&town).await;
    publish_alone(&town, VISIT).await;
    let admin = town.admin().await;
    let similar = VISIT
        .replace("households", "Households")
        .replace("| visit | 1 |", "| visit2 | 1 |");
    let refused = admin
        .sends(
            "POST",
            "/v1/projects/1/forms?ignoreWarnings=True&publish=True",
            "text/markdown",
            similar.into(),
        )
        .await
        .is(409)
        .json();
    assert_eq!(refused["code"], 409.16);
    let again = VISIT.replace("members#full_name", "members#Full_Name");
    let refused = admin
        .sends(
            "POST",
            "/v1/projects/1/forms/visit/draft?ignoreWarnings=True",
            "text/markdown",
            again.into(),
        )
        .await
        .is(409)
        .json();
    assert_eq!(refused["code"], 409.17);
    let twice = "<h:html xmlns:h=\"http://www.w3.org/1999/xhtml\" xmlns=\"http://www.w3.org/2002/xforms\"><h:head><h:title>T</h:title><model><instance>\
        <data id=\"t\"><a/><meta><instanceID/><entity dataset=\"trees\" create=\"1\" id=\"\"/></meta></data></instance></model></h:head><h:body/></h:html>";
    let refused = admin
        .sends(
            "POST",
            "/v1/projects/1/forms?ignoreWarnings=True&publish=True",
            "application/xml",
            twice.into(),
        )
        .await
        .is(400)
        .json();
    assert_eq!(refused["code"], 400.25, "{refused}");
}

#[tokio::test]
async fn an_entity_out_of_reach_is_not_there() {
    let town = town().await;
    files(&town, &visit(1, &[])).await;
    let project = collect::project(&town.app, 1).await.expect("a project");
    let list = entities::lists::find(&town.app, &op(&town), &project, "households")
        .await
        .expect("a list");
    for (place, n) in [("35.22.01", 1), ("35.22.01.2002", 0)] {
        let officer = person(Role::Officer, place);
        let seen =
            entities::list_entities(&town.app, &officer, &list, entities::Which::Present, None, 10).await;
        assert_eq!(seen.expect("may read").len(), n, "{place}");
        let found = entities::entity(&town.app, &officer, &list, &uuid(1)).await;
        assert_eq!(found.is_ok(), n == 1, "{place}");
    }
}
