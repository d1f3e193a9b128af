//! Every page, filled with something of everything, in all languages.

use askama::Template;
use baraza::{
    accounts::reset::{ForgottenPage, NewPasswordPage},
    beside::{desk::LinksPage as BesideDeskPage, pages::BesidePage},
    billboard::{
        desk::{BillboardDeskPage, BillboardsDeskPage},
        pages::BillboardPage,
    },
    catalog::{
        agenda::{
            desk::{AgendaDeskPage, PlanPage},
            pages::{AgendaPage, TimelinessPage},
        },
        contributions::{
            desk::{DeskContributionPage, DeskContributionsPage},
            model::Kind,
            pages::{list::ContributionsPage, one::ContributionPage, send::SendPage},
        },
        desk::{
            ColumnsPage, DeletePage, DeskDatasetPage, DeskPage as DataDeskPage, OrganisationPage,
            OrganisationsPage, ReviewPage, RulesPage,
        },
        metadata::{
            desk::{FillPage, PackPage},
            pages::{FormPage, MetadataPage},
        },
        ogc::OgcPage,
        pages::{CataloguePage, DatasetPage, GatheredPage, ResourcePage, ShelvesPage},
        series::{
            desk::{ChooseSeriesPage, DescribeSeriesPage},
            pages::{AllSeriesPage, SeriesPage},
        },
        sql::pages::{SavedQueriesPage, SavedQueryPage, SqlPage},
        standards::{
            desk::{AssignPage, DoubtsPage, EnterPage},
            pages::{CodelistPage, StandardPage, StandardsPage},
        },
        versions::{DiffPage, VersionsPage},
        workflow::tombstone::TombstonePage,
    },
    collect::desk::{
        devices::{CodesPage, DevicesPage},
        links::LinksPage,
    },
    dashboards::{
        cards::pages::{CardPage, CardsPage},
        compose::{ComposePage, ComposedPage},
        live::desk::{FeedPage, FeedsPage},
        pages::{
            DashboardPage, EmbeddedPage, ListPage as DashboardsPage, VersionsPage as DashboardVersionsPage,
        },
        rules::desk::{self as alert_rules, AlertPage, AlertsPage, RulePage},
        tree::{
            desk::{DutiesPage, OwnAgenciesPage},
            pages::{AgenciesPage, AgencyPage},
        },
    },
    evidence::{
        asking::pages::AskingPage,
        desk::{DeskOnePage as DeskPromisePage, DeskPage as DeskPromisesPage},
        pages::{CommitmentPage, ListPage as PromisesPage},
    },
    facilitators::{
        desk::{
            RegisterPage, coverage::CoveragePage as DeskCoveragePage, one::FacilitatorPage, own::OwnPage,
            tasks::TasksPage,
        },
        pages::FacilitatorsPage,
    },
    indicators::{
        authoring::pages::{
            ListPage as DefinitionsPage, NewPage as NewDefinitionPage, ProposalPage,
            VersionsPage as DefinitionVersionsPage,
        },
        divisions::{AreaPage, AreasPage},
        entry::desk::{FigurePage, FiguresPage},
        notes::pages::{NotePage, NotesPage, WriteNotePage},
        outside::pages::ComparePage,
        passport::pages::PassportPage,
        plans::{
            desk::{DeskPlanPage, DeskPlansPage},
            pages::{ActionPlanPage, PlansPage},
        },
        releases::pages::VintagesPage,
        tracker::pages::{GapsPage, GoalPage, GoalsPage, ProgressPage, TargetPage},
    },
    listening::{
        desk::{
            ListeningPage, codes::CodesPage as CodeBookPage, coding::CodingPage,
            note::NotePage as ListeningNotePage, quotations::QuotationsPage, write::WritePage,
        },
        hotspots::{
            desk::{DeskHotspotPage, DeskHotspotsPage},
            pages::{HotspotPage, HotspotsPage},
        },
    },
    places::desk::DivisionsPage,
    platform::{i18n::Lang, message::desk::MessagesPage},
    requests::{
        board::{ListPage as RequestsPage, lights::LightsPage, map::MapPage as RequestsMapPage},
        desk::{
            AppealsPage, BulkPage, CallsPage, ChecksPage, MatterPage, PostPage, PostsPage, ProfilePage,
            ProfilesPage, QueuePage, ServicesPage, SettingsPage, TemplatesPage,
        },
        grading::{DeskPage as DeskGradesPage, SheetPage, UnitPage},
        meeting::{DecidePage, DeskListPage as DeskMeetingsPage, ListPage as MeetingsPage, MeetingPage},
        pages::{
            acts::{ActPage, FollowPage},
            mine::MinePage,
            new::{
                check::{CheckPage, LimitPage, SimilarPage},
                done::DonePage,
                offline::OfflinePage,
                place::PlacePage as WherePage,
                service::ServicePage,
                what::WhatPage,
                who::WhoPage,
            },
            one::RequestPage,
        },
    },
    scorecards::{
        desk::{
            FacilitiesPage, ScorecardsDeskPage, new::NewRoundPage, round::RoundPage, session::SessionPage,
        },
        hall::HallPage,
        pages::{ScorecardsPage, facility::FacilityPage, one::ScorecardPage},
    },
    site::{
        about::{AboutPage, DevelopersPage, MethodsPage},
        data_error::{DataErrorFiledPage, DataErrorPage},
        data_reports::DataReportsPage,
        desk::DeskPage,
        home::HomePage,
        place::PlacePage,
        search::SearchPage,
    },
    skills::{
        desk::{
            SkillsDeskPage,
            seekers::{SeekerPage, SeekersPage},
        },
        pages::{CoursesPage, InstitutionPage, SkillsPage},
    },
    village::{
        desk::{VillageDeskPage, VillagesDeskPage},
        list::VillagesPage,
        meetings::{
            desk::{VillageMeetingDeskPage, VillageMeetingsDeskPage},
            pages::VillageMeetingPage,
        },
        pages::VillagePage,
        radio::sheet::SheetPage as RadioSheetPage,
        voice::view::VoicePage,
        year::{
            desk::{
                YearDeskPage,
                calendars::CalendarsPage,
                money::{BudgetDeskPage, WorksDeskPage},
            },
            pages::YearPage,
        },
    },
};

use super::check::faults;

fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    fn render(page: &impl Template) -> String {
        page.render().expect("a page renders")
    }
    vec![
        ("home", render(&HomePage::sample(lang))),
        ("place", render(&PlacePage::sample(lang))),
        ("search", render(&SearchPage::sample(lang))),
        ("about", render(&AboutPage::sample(lang))),
        ("methods", render(&MethodsPage::sample(lang))),
        ("developers", render(&DevelopersPage::sample(lang))),
        ("desk", render(&DeskPage::sample(lang))),
        ("forgotten", render(&ForgottenPage::sample(lang))),
        ("new password", render(&NewPasswordPage::sample(lang))),
        ("desk devices", render(&DevicesPage::sample(lang))),
        ("desk codes", render(&CodesPage::sample(lang))),
        ("desk links", render(&LinksPage::sample(lang))),
        ("messages", render(&MessagesPage::sample(lang))),
        ("catalogue", render(&CataloguePage::sample(lang))),
        ("organisation", render(&GatheredPage::sample(lang))),
        ("organisations", render(&ShelvesPage::sample(lang))),
        ("all series", render(&AllSeriesPage::sample(lang))),
        ("series", render(&SeriesPage::sample(lang))),
        (
            "desk series of a dataset",
            render(&ChooseSeriesPage::sample(lang)),
        ),
        ("desk series", render(&DescribeSeriesPage::sample(lang))),
        ("dataset", render(&DatasetPage::sample(lang))),
        ("resource", render(&ResourcePage::sample(lang))),
        ("contributions", render(&ContributionsPage::sample(lang))),
        ("contribution", render(&ContributionPage::sample(lang))),
        ("send wanted", render(&SendPage::sample(lang, Kind::Wanted))),
        ("send showcase", render(&SendPage::sample(lang, Kind::Showcase))),
        ("send comment", render(&SendPage::sample(lang, Kind::Comment))),
        ("desk contributions", render(&DeskContributionsPage::sample(lang))),
        ("desk contribution", render(&DeskContributionPage::sample(lang))),
        ("being asked by mail", render(&AskingPage::sample(lang))),
        ("data error", render(&DataErrorPage::sample(lang))),
        ("data error filed", render(&DataErrorFiledPage::sample(lang))),
        ("desk data errors", render(&DataReportsPage::sample(lang))),
        ("ogc", render(&OgcPage::sample(lang))),
        ("desk data", render(&DataDeskPage::sample(lang))),
        ("desk dataset", render(&DeskDatasetPage::sample(lang))),
        ("desk organisations", render(&OrganisationsPage::sample(lang))),
        ("desk organisation", render(&OrganisationPage::sample(lang))),
        ("desk columns", render(&ColumnsPage::sample(lang))),
        ("sql", render(&SqlPage::sample(lang))),
        ("kept questions", render(&SavedQueriesPage::sample(lang))),
        ("kept question", render(&SavedQueryPage::sample(lang))),
        ("desk review", render(&ReviewPage::sample(lang))),
        ("desk rules", render(&RulesPage::sample(lang))),
        ("desk delete", render(&DeletePage::sample(lang))),
        ("versions", render(&VersionsPage::sample(lang))),
        ("what changed", render(&DiffPage::sample(lang))),
        ("withdrawn", render(&TombstonePage::sample(lang))),
        ("agenda", render(&AgendaPage::sample(lang))),
        ("timeliness", render(&TimelinessPage::sample(lang))),
        ("desk agenda", render(&AgendaDeskPage::sample(lang))),
        ("desk plan", render(&PlanPage::sample(lang))),
        ("standards", render(&StandardsPage::sample(lang))),
        ("standard", render(&StandardPage::sample(lang))),
        ("codelist", render(&CodelistPage::sample(lang))),
        ("desk standards", render(&EnterPage::sample(lang))),
        ("desk columns of standards", render(&AssignPage::sample(lang))),
        ("desk doubts", render(&DoubtsPage::sample(lang))),
        ("metadata", render(&MetadataPage::sample(lang))),
        ("metadata form", render(&FormPage::sample(lang))),
        ("desk metadata", render(&FillPage::sample(lang))),
        ("desk evidence pack", render(&PackPage::sample(lang))),
        ("requests new", render(&ServicePage::sample(lang))),
        ("requests where", render(&WherePage::sample(lang))),
        ("requests spot", render(&WherePage::sample_of_spot(lang))),
        ("requests what", render(&WhatPage::sample(lang))),
        ("requests who", render(&WhoPage::sample(lang))),
        ("requests similar", render(&SimilarPage::sample(lang))),
        ("requests check", render(&CheckPage::sample(lang))),
        ("requests done", render(&DonePage::sample(lang))),
        ("requests offline", render(&OfflinePage::sample(lang))),
        ("requests limit", render(&LimitPage::sample(lang))),
        ("requests one", render(&RequestPage::sample(lang))),
        ("requests act", render(&ActPage::sample(lang))),
        ("requests follow", render(&FollowPage::sample(lang))),
        ("requests mine", render(&MinePage::sample(lang))),
        ("promises", render(&PromisesPage::sample(lang))),
        ("promise", render(&CommitmentPage::sample(lang))),
        ("desk promises", render(&DeskPromisesPage::sample(lang))),
        ("desk promise", render(&DeskPromisePage::sample(lang))),
        ("meetings", render(&MeetingsPage::sample(lang))),
        ("meeting", render(&MeetingPage::sample(lang))),
        ("desk meetings", render(&DeskMeetingsPage::sample(lang))),
        ("decision", render(&DecidePage::sample(lang))),
        ("grades", render(&SheetPage::sample(lang))),
        ("grade of a unit", render(&UnitPage::sample(lang))),
        ("desk grades", render(&DeskGradesPage::sample(lang))),
        ("desk requests", render(&QueuePage::sample(lang))),
        ("desk request", render(&MatterPage::sample(lang))),
        ("desk bulk", render(&BulkPage::sample(lang))),
        ("desk templates", render(&TemplatesPage::sample(lang))),
        ("desk checks", render(&ChecksPage::sample(lang))),
        ("desk calls", render(&CallsPage::sample(lang))),
        ("desk settings", render(&SettingsPage::sample(lang))),
        ("desk profiles", render(&ProfilesPage::sample(lang))),
        ("desk profile", render(&ProfilePage::sample(lang))),
        ("desk services", render(&ServicesPage::sample(lang))),
        ("desk posts", render(&PostsPage::sample(lang))),
        ("desk post", render(&PostPage::sample(lang))),
        ("desk appeals", render(&AppealsPage::sample(lang))),
        ("requests", render(&RequestsPage::sample(lang))),
        ("requests map", render(&RequestsMapPage::sample(lang))),
        ("requests lights", render(&LightsPage::sample(lang))),
        ("goals", render(&GoalsPage::sample(lang))),
        ("goal", render(&GoalPage::sample(lang))),
        ("target", render(&TargetPage::sample(lang))),
        ("progress", render(&ProgressPage::sample(lang))),
        ("gaps", render(&GapsPage::sample(lang))),
        ("compare", render(&ComparePage::sample(lang))),
        ("desk definitions", render(&DefinitionsPage::sample(lang))),
        ("desk new definition", render(&NewDefinitionPage::sample(lang))),
        ("desk definition", render(&ProposalPage::sample(lang))),
        (
            "versions of a definition",
            render(&DefinitionVersionsPage::sample(lang)),
        ),
        ("passport", render(&PassportPage::sample(lang))),
        ("indicator by division", render(&AreasPage::sample(lang))),
        ("area of a division", render(&AreaPage::sample(lang))),
        ("desk divisions", render(&DivisionsPage::sample(lang))),
        ("vintages", render(&VintagesPage::sample(lang))),
        ("desk figures", render(&FiguresPage::sample(lang))),
        ("desk figure", render(&FigurePage::sample(lang))),
        ("dashboards", render(&DashboardsPage::sample(lang))),
        ("dashboard", render(&DashboardPage::sample(lang))),
        (
            "versions of a dashboard",
            render(&DashboardVersionsPage::sample(lang)),
        ),
        ("embedded dashboard", render(&EmbeddedPage::sample(lang))),
        ("desk dashboards", render(&ComposedPage::sample(lang))),
        ("desk dashboard", render(&ComposePage::sample(lang))),
        ("desk feeds", render(&FeedsPage::sample(lang))),
        ("desk feed", render(&FeedPage::sample(lang))),
        ("agencies", render(&AgenciesPage::sample(lang))),
        ("agency", render(&AgencyPage::sample(lang))),
        ("desk agencies", render(&OwnAgenciesPage::sample(lang))),
        ("desk agency", render(&DutiesPage::sample(lang))),
        ("report cards", render(&CardsPage::sample(lang))),
        ("report card", render(&CardPage::sample(lang))),
        ("desk alerts", render(&AlertsPage::sample(lang))),
        ("desk alert", render(&AlertPage::sample(lang))),
        (
            "desk rules of alerts",
            render(&alert_rules::RulesPage::sample(lang)),
        ),
        ("desk rule of alerts", render(&RulePage::sample(lang))),
        ("notes", render(&NotesPage::sample(lang))),
        ("note", render(&NotePage::sample(lang))),
        ("desk note", render(&WriteNotePage::sample(lang))),
        ("desk note anew", render(&WriteNotePage::sample_of_another(lang))),
        ("action plans", render(&PlansPage::sample(lang))),
        ("action plan", render(&ActionPlanPage::sample(lang))),
        ("desk action plans", render(&DeskPlansPage::sample(lang))),
        ("desk action plan", render(&DeskPlanPage::sample(lang))),
        ("facilitators", render(&FacilitatorsPage::sample(lang))),
        ("desk facilitators", render(&RegisterPage::sample(lang))),
        ("desk facilitator", render(&FacilitatorPage::sample(lang))),
        ("desk own facilitator", render(&OwnPage::sample(lang))),
        ("desk tasks of facilitators", render(&TasksPage::sample(lang))),
        ("desk coverage", render(&DeskCoveragePage::sample(lang))),
        ("meeting screen", render(&HallPage::sample(lang))),
        ("score cards", render(&ScorecardsPage::sample(lang))),
        ("score card", render(&ScorecardPage::sample(lang))),
        ("facility", render(&FacilityPage::sample(lang))),
        ("desk score cards", render(&ScorecardsDeskPage::sample(lang))),
        ("desk new score card", render(&NewRoundPage::sample(lang))),
        ("desk score card", render(&RoundPage::sample(lang))),
        ("desk session of a score card", render(&SessionPage::sample(lang))),
        ("desk facilities", render(&FacilitiesPage::sample(lang))),
        ("two truths", render(&BesidePage::sample(lang))),
        ("desk two truths", render(&BesideDeskPage::sample(lang))),
        ("desk listening", render(&ListeningPage::sample(lang))),
        ("desk new listening", render(&WritePage::sample(lang))),
        ("desk listening note", render(&ListeningNotePage::sample(lang))),
        ("desk coding", render(&CodingPage::sample(lang))),
        ("desk coding of both", render(&CodingPage::sample_of_both(lang))),
        ("desk quotations", render(&QuotationsPage::sample(lang))),
        ("desk code book", render(&CodeBookPage::sample(lang))),
        ("hotspots", render(&HotspotsPage::sample(lang))),
        ("hotspot", render(&HotspotPage::sample(lang))),
        ("desk hotspots", render(&DeskHotspotsPage::sample(lang))),
        ("desk hotspot", render(&DeskHotspotPage::sample(lang))),
        ("training", render(&SkillsPage::sample(lang))),
        ("courses", render(&CoursesPage::sample(lang))),
        ("institution", render(&InstitutionPage::sample(lang))),
        ("desk training", render(&SkillsDeskPage::sample(lang))),
        ("desk seekers", render(&SeekersPage::sample(lang))),
        ("desk seeker", render(&SeekerPage::sample(lang))),
        ("villages", render(&VillagesPage::sample(lang))),
        ("village", render(&VillagePage::sample(lang))),
        ("year of a village", render(&YearPage::sample(lang))),
        ("meeting of a village", render(&VillageMeetingPage::sample(lang))),
        ("desk villages", render(&VillagesDeskPage::sample(lang))),
        ("desk village", render(&VillageDeskPage::sample(lang))),
        ("desk year of a village", render(&YearDeskPage::sample(lang))),
        (
            "desk calendars of documents",
            render(&CalendarsPage::sample(lang)),
        ),
        ("desk budget of a village", render(&BudgetDeskPage::sample(lang))),
        ("desk works of a village", render(&WorksDeskPage::sample(lang))),
        (
            "desk meetings of a village",
            render(&VillageMeetingsDeskPage::sample(lang)),
        ),
        (
            "desk meeting of a village",
            render(&VillageMeetingDeskPage::sample(lang)),
        ),
        ("village voice", render(&VoicePage::sample(lang))),
        ("billboard", render(&BillboardPage::sample(lang))),
        ("desk billboard", render(&BillboardDeskPage::sample(lang))),
        ("desk billboards", render(&BillboardsDeskPage::sample(lang))),
        ("village radio sheet", render(&RadioSheetPage::sample(lang))),
    ]
}

#[test]
fn every_page_is_sound_in_every_language() {
    let mut found = String::new();
    for lang in Lang::ALL {
        for (name, html) in samples(lang) {
            for fault in faults(&html) {
                found += &format!("{name} in {lang}: {fault}\n");
            }
            assert!(
                html.contains(&format!("<html lang=\"{}\"", lang.of_texts())),
                "{name} in {lang}"
            );
        }
    }
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn what_people_typed_and_lists_delivered_is_escaped() {
    for (name, html) in samples(Lang::Id) {
        for raw in [
            "<Ngasem>",
            "O'Brien",
            "<2026>",
            "<toilet>",
            "<Statistik>",
            "\"air\"",
            "<3>",
            "<Pekerjaan Umum>",
            "<data>",
            "<12>",
            "<broken>",
            "<2>",
            "<PU>",
            "<late>",
            "<lamp>",
            "<lapor>",
            "<47.40>",
            "<rusak>",
            "<pasar>",
            "<sekolah>",
            "<Aminah>",
            "<LED>",
            "<diganti>",
            "<PU>",
            "<masih>",
            "<gelap>",
            "<dalam>",
            "<RT>",
            "<4>",
        ] {
            assert!(!html.contains(raw), "{name}: {raw} stands there as it came");
        }
    }
}

#[test]
fn no_page_shows_the_id_of_a_text() {
    for lang in Lang::ALL {
        for (name, html) in samples(lang) {
            for id in [
                "site-",
                "platform-",
                "catalog-",
                "indicators-tracker-",
                "requests-board-",
                "requests-light-",
                "requests-pages-",
                "requests-what-",
                "places-level",
                "{$",
                "{ $",
            ] {
                // Classes, ids and addresses may look like one; words may not.
                let words: String = html
                    .split('<')
                    .filter_map(|part| part.split_once('>'))
                    .map(|(_, words)| words)
                    .collect();
                // Problems are listed by their codes, with their arguments left open.
                let is_listed = name == "developers"
                    && matches!(
                        id,
                        "{$" | "places-level" | "requests-board-" | "catalog-" | "indicators-tracker-"
                    );
                assert!(!words.contains(id) || is_listed, "{name} in {lang} shows {id}…");
            }
        }
    }
}
