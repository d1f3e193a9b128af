//! Event → jobs: the whole product's side effects on one screen.
//!
//! Events that nothing reacts to stand in [`TERMINAL`], so that a new one cannot be forgotten by accident.

use crate::{
    accounts, beside, billboard, catalog, collect, dashboards, evidence, facilitators, indicators, listening,
    places,
    platform::{
        blobs,
        events::{Event, Reactions},
        jobs, message,
    },
    requests, scorecards, site, skills, village,
};

/// What follows from what.
#[must_use]
pub fn all() -> Reactions {
    Reactions::default()
        .on(|e: &collect::SubmissionFiled| collect::Tabulate { form: e.form.clone() })
        .on_some(collect::SubmissionReviewed::tabulate)
        .on_some(|e: &collect::SubmissionReviewed| {
            (e.to == collect::model::ReviewState::Approved && !e.is_brought).then(|| {
                collect::entities::follow::ApproveEntities {
                    submission: e.submission.clone(),
                }
            })
        })
        .on(|e: &collect::SubmissionDeleted| collect::Tabulate { form: e.form.clone() })
        .on(|e: &collect::SubmissionRestored| collect::Tabulate { form: e.form.clone() })
        .on(|e: &collect::TableDescribed| catalog::DescribeColumns {
            table: e.table.clone(),
            organisation: e.org.clone(),
            columns: e
                .columns
                .iter()
                .map(|column| catalog::AskedColumn {
                    name: column.name.clone(),
                    title: column.title.clone(),
                    asked: column.asked.to_owned(),
                })
                .collect(),
        })
        .on(|e: &collect::SubmissionErased| collect::EraseRows {
            form: e.form.clone(),
            instances: e.instances.clone(),
        })
        .on(|e: &collect::TableChanged| catalog::NoteTable {
            table: e.table.clone(),
            organisation: e.org.clone(),
        })
        .on(|e: &collect::TableChanged| indicators::FollowTable {
            table: e.table.clone(),
        })
        .on(|e: &catalog::FileReceived| catalog::Read {
            resource: e.resource.clone(),
            file: e.file.clone(),
        })
        .on(|e: &catalog::FileReceived| catalog::agenda::jobs::NoteFile {
            resource: e.resource.clone(),
            file: e.file.clone(),
        })
        .on(|e: &catalog::workflow::FilePublished| catalog::Read {
            resource: e.resource.clone(),
            file: e.file.clone(),
        })
        .on(|_: &catalog::workflow::PublicationMoved| catalog::workflow::TellSteps {})
        .runs::<catalog::workflow::PublishDue>()
        .on(|e: &catalog::FileRead| indicators::FollowTable {
            table: e.table.clone(),
        })
        .on(|e: &catalog::RowsChanged| indicators::FollowTable {
            table: e.table.clone(),
        })
        .on(|e: &catalog::FileRead| catalog::agenda::jobs::NoteDelivery {
            resource: e.resource.clone(),
            version: e.version,
        })
        .on_some(|e: &catalog::RowsChanged| {
            e.sent_in.map(|version| catalog::agenda::jobs::NoteDelivery {
                resource: e.resource.clone(),
                version,
            })
        })
        .on(|e: &collect::TableChanged| catalog::agenda::jobs::NoteGrowth {
            table: e.table.clone(),
        })
        .on(|e: &requests::TableWritten| catalog::agenda::jobs::NoteGrowth {
            table: e.table.to_owned(),
        })
        .hourly::<dashboards::live::jobs::KeepReadings>()
        .on(|e: &dashboards::live::jobs::ReadingsKept| catalog::EnterTable {
            entry: catalog::model::TableEntry {
                table: e.table.to_owned(),
                dataset: e.table.to_owned(),
                dataset_title: dashboards::live::jobs::title(e.lang),
                organisation: None,
                resource: catalog::model::MAIN.to_owned(),
                title: dashboards::live::jobs::title(e.lang),
                columns: dashboards::live::jobs::COLUMNS
                    .iter()
                    .map(|(name, _)| {
                        (
                            (*name).to_owned(),
                            dashboards::live::jobs::column_title(e.lang, name),
                            catalog::model::Class::Open,
                        )
                    })
                    .collect(),
            },
            description: dashboards::live::jobs::description(e.lang),
            theme: "environment".to_owned(),
            follows: Vec::new(),
        })
        .on(
            |e: &dashboards::live::jobs::ReadingsKept| indicators::FollowTable {
                table: e.table.to_owned(),
            },
        )
        .on(|e: &catalog::FileRead| catalog::standards::jobs::CheckColumns {
            resource: e.resource.clone(),
        })
        .on(
            |e: &catalog::RowsChanged| catalog::standards::jobs::CheckColumns {
                resource: e.resource.clone(),
            },
        )
        .on(
            |e: &catalog::standards::ColumnRecoded| catalog::standards::jobs::CheckColumns {
                resource: e.resource.clone(),
            },
        )
        .on(|e: &catalog::standards::ColumnRecoded| indicators::FollowTable {
            table: e.table.clone(),
        })
        .hourly::<catalog::agenda::jobs::KeepAgenda>()
        .on(|e: &requests::TableWritten| catalog::EnterTable {
            entry: catalog::model::TableEntry {
                table: requests::table::TABLE.to_owned(),
                dataset: requests::table::TABLE.to_owned(),
                dataset_title: requests::table::title(e.lang),
                organisation: None,
                resource: catalog::model::MAIN.to_owned(),
                title: requests::table::title(e.lang),
                columns: requests::table::COLUMNS
                    .iter()
                    .map(|(name, _)| {
                        (
                            (*name).to_owned(),
                            requests::table::column_title(e.lang, name),
                            catalog::model::Class::Open,
                        )
                    })
                    .collect(),
            },
            description: requests::table::description(e.lang),
            theme: "government".to_owned(),
            follows: requests::table::STANDARDS
                .map(|(column, standard, version)| catalog::Follows {
                    column: column.to_owned(),
                    standard: standard.to_owned(),
                    version: version.to_owned(),
                })
                .to_vec(),
        })
        .on(|e: &requests::TableWritten| indicators::FollowTable {
            table: e.table.to_owned(),
        })
        .on(|_: &places::PlacesImported| indicators::FollowPlaces {})
        .on(|_: &places::PlacesImported| collect::RenewPlaces {})
        .on(|_: &places::PlacesImported| catalog::FollowPlaces {})
        .on(|e: &indicators::DefinitionLoaded| indicators::Compute {
            indicator: e.indicator.clone(),
        })
        .on_some(|e: &indicators::NumbersChanged| {
            e.has_formulas.then(|| indicators::RecomputeFormulas {
                indicator: e.indicator.clone(),
            })
        })
        .on(|e: &indicators::NumbersChanged| dashboards::rules::CheckRules {
            indicator: Some(e.indicator.clone()),
            ..dashboards::rules::CheckRules::default()
        })
        .on(dashboards::rules::RuleSaved::check)
        .hourly::<dashboards::rules::CheckRules>()
        .hourly::<dashboards::cards::FreezeCards>()
        .hourly::<dashboards::subscribe::SendLetters>()
        .runs::<indicators::ComputeTogether>()
        .runs::<indicators::FollowInputs>()
        .hourly::<indicators::authoring::PutDueInForce>()
        .on(
            |e: &indicators::releases::ReleaseSigned| indicators::releases::MakeRelease {
                release: e.release.clone(),
            },
        )
        .on(
            |e: &indicators::releases::FamilySigned| indicators::releases::MakeReleases {
                releases: e.releases.clone(),
            },
        )
        .on(
            |e: &indicators::releases::RecountAsked| indicators::releases::CountAgain {
                release: e.release.clone(),
            },
        )
        .on_some(indicators::entry::SheetMoved::compute)
        .on(|e: &collect::entities::EntitiesChanged| collect::households::FindLikely { list: e.list.clone() })
        .hourly::<facilitators::AskUnheard>()
        .hourly::<collect::ForgetDrafts>()
        .runs::<collect::entities::follow::FollowEntities>()
        .hourly::<collect::entities::follow::ReleaseHeld>()
        .hourly::<catalog::following::TellFollowers>()
        .on(
            |e: &catalog::contributions::ContributionRequested| site::data_error::FileContribution {
                contribution: e.contribution.clone(),
            },
        )
        .hourly::<site::data_error::NoteRequests>()
        .hourly::<requests::Tabulate>()
        .on(|_: &skills::RegisterChanged| skills::Tabulate {})
        .on(|e: &skills::TableWritten| catalog::EnterTable {
            entry: catalog::model::TableEntry {
                table: skills::table::TABLE.to_owned(),
                dataset: skills::table::DATASET.to_owned(),
                dataset_title: skills::table::title(e.lang),
                organisation: None,
                resource: catalog::model::MAIN.to_owned(),
                title: skills::table::title(e.lang),
                columns: skills::table::COLUMNS
                    .iter()
                    .map(|(name, _)| {
                        (
                            (*name).to_owned(),
                            skills::table::column_title(e.lang, name),
                            catalog::model::Class::Open,
                        )
                    })
                    .collect(),
            },
            description: skills::table::description(e.lang),
            theme: "education".to_owned(),
            follows: Vec::new(),
        })
        .on(|e: &skills::TableWritten| indicators::FollowTable {
            table: e.table.to_owned(),
        })
        .on(|e: &skills::TableWritten| catalog::agenda::jobs::NoteGrowth {
            table: e.table.to_owned(),
        })
        .hourly::<skills::Tabulate>()
        .hourly::<scorecards::AskNextRound>()
        .runs::<message::deliver::Deliver>()
        .runs::<requests::Sweep>()
        .runs::<requests::meeting::MakePack>()
        .runs::<requests::grading::PublishGrades>()
        .on_some(|e: &requests::RequestOpened| {
            e.is_followed.then(|| requests::notices::Tell {
                request: e.request.clone(),
            })
        })
        .on(|e: &requests::RequestMoved| requests::notices::Tell {
            request: e.request.clone(),
        })
        .on(|e: &requests::RequestsSwept| requests::notices::TellSwept::from_start(e.at))
        .on(
            |e: &evidence::CommitmentMoved| requests::notices::TellCommitment {
                commitment: e.commitment.clone(),
            },
        )
        .runs::<requests::notices::TellMore>()
        .runs::<requests::notices::TellOfficer>()
        .hourly::<message::deliver::Forget>()
        .hourly::<blobs::ForgetUploads>()
        .hourly::<requests::pages::drafts::ForgetDrafts>()
        .hourly::<requests::heard::ForgetTalks>()
        .on(
            |e: &village::proposals::ProposalMoved| village::voice::tell::TellFollowers {
                kind: "proposal".to_owned(),
                id: e.proposal.clone(),
                code: e.code.clone(),
            },
        )
        .on(
            |e: &village::asks::AskMoved| village::voice::tell::TellFollowers {
                kind: "ask".to_owned(),
                id: e.ask.clone(),
                code: e.code.clone(),
            },
        )
        .hourly::<village::year::KeepYears>()
        .hourly::<village::voice::tell::ForgetCodes>()
        .hourly::<village::asks::jobs::RemindOfAsks>()
        .hears::<village::voice::heard::Reception>()
}

/// Events that are only recorded.
pub const TERMINAL: &[&str] = &[
    beside::LinkSaid::NAME,
    accounts::UserAdded::NAME,
    accounts::UserClosed::NAME,
    accounts::GrantChanged::NAME,
    accounts::SignedIn::NAME,
    accounts::SignedOut::NAME,
    accounts::PasswordChanged::NAME,
    accounts::PasswordReset::NAME,
    accounts::TokenChanged::NAME,
    accounts::OrganisationSaved::NAME,
    accounts::OrganisationClosed::NAME,
    accounts::AssignmentChanged::NAME,
    accounts::UserChanged::NAME,
    accounts::ResetAsked::NAME,
    jobs::JobRetried::NAME,
    billboard::BillboardChosen::NAME,
    message::MessagesRetried::NAME,
    catalog::agenda::AgendaChanged::NAME,
    catalog::standards::StandardSaved::NAME,
    catalog::series::SeriesChanged::NAME,
    catalog::standards::ColumnAssigned::NAME,
    catalog::metadata::MetadataSaved::NAME,
    catalog::metadata::epss::PaperAdded::NAME,
    catalog::agenda::DeliveryNoted::NAME,
    collect::ProjectAdded::NAME,
    collect::ProjectChanged::NAME,
    collect::ProjectDeleted::NAME,
    collect::FormPublished::NAME,
    collect::FormChanged::NAME,
    collect::AppUserAdded::NAME,
    collect::LinkAdded::NAME,
    collect::LinkWithdrawn::NAME,
    collect::SubmissionAdded::NAME,
    collect::SubmissionsExported::NAME,
    collect::DeliveryStrayed::NAME,
    collect::SubmissionCommented::NAME,
    collect::SubmissionFileRemoved::NAME,
    collect::FormDeleted::NAME,
    collect::FormRestored::NAME,
    collect::DraftDeleted::NAME,
    collect::TrialFiled::NAME,
    collect::DraftsForgotten::NAME,
    collect::DraftsErased::NAME,
    collect::households::PairDecided::NAME,
    collect::households::MergeMoved::NAME,
    collect::entities::lists::ListChanged::NAME,
    dashboards::DashboardChanged::NAME,
    dashboards::live::FeedChanged::NAME,
    dashboards::cards::CardFrozen::NAME,
    dashboards::rules::AlertMoved::NAME,
    dashboards::tree::DutiesSaved::NAME,
    places::CrosswalkMeasured::NAME,
    places::divisions::DivisionChanged::NAME,
    catalog::DatasetSaved::NAME,
    catalog::DatasetDeleted::NAME,
    catalog::ResourceDeleted::NAME,
    catalog::ThemeSaved::NAME,
    catalog::FileRefused::NAME,
    catalog::TableRegistered::NAME,
    catalog::ColumnClassified::NAME,
    evidence::Linked::NAME,
    facilitators::FacilitatorChanged::NAME,
    facilitators::GroupHeard::NAME,
    facilitators::PaperSigned::NAME,
    facilitators::TaskMoved::NAME,
    indicators::authoring::DefinitionTried::NAME,
    indicators::authoring::ProposalMoved::NAME,
    indicators::notes::NotePublished::NAME,
    indicators::outside::SourceTakenIn::NAME,
    indicators::plans::PlanMoved::NAME,
    indicators::releases::Released::NAME,
    listening::CodeWorded::NAME,
    listening::CodingMoved::NAME,
    listening::NoteCorrected::NAME,
    listening::ConsentMoved::NAME,
    listening::HotspotPublished::NAME,
    listening::NoteWritten::NAME,
    listening::QuotationMoved::NAME,
    scorecards::FacilitiesChanged::NAME,
    scorecards::RoundMoved::NAME,
    scorecards::SessionMoved::NAME,
    skills::seekers::SeekerEntered::NAME,
    skills::seekers::SeekerWithdrawn::NAME,
    skills::seekers::MatchMoved::NAME,
    requests::RequestsImported::NAME,
    requests::ProfileLoaded::NAME,
    requests::ServiceSaved::NAME,
    requests::PostSaved::NAME,
    requests::TemplateSaved::NAME,
    requests::PersonLookedUp::NAME,
    requests::AppealMoved::NAME,
    requests::meeting::MeetingPacked::NAME,
    requests::grading::GradesPublished::NAME,
    catalog::TableVacuumed::NAME,
    catalog::contributions::ContributionSent::NAME,
    catalog::contributions::ContributionDecided::NAME,
    catalog::sql::QueryDeleted::NAME,
    catalog::sql::QuerySaved::NAME,
    catalog::sql::QueryShown::NAME,
    catalog::versions::KeyDeclared::NAME,
    catalog::workflow::ReviewRuleSet::NAME,
    catalog::workflow::standing::StandingChanged::NAME,
    village::year::YearBegun::NAME,
    village::year::DocumentMoved::NAME,
    village::year::CalendarSaved::NAME,
    village::year::budget::MoneyStated::NAME,
    village::meetings::MeetingMoved::NAME,
    village::goals::BallotMoved::NAME,
    village::proposals::ProposalSupported::NAME,
    village::radio::ProgrammeMade::NAME,
    village::radio::QuestionNoted::NAME,
];
