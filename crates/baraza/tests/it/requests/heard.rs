//! What residents write by text message, mail and USSD.

use axum::body::Body;
use baraza::{
    places::{self, NewList, Outcome, import::Options},
    platform::{config::Settings, message::inbound::mailbox},
    requests::{
        self, Filing,
        access::Claim,
        model::request::{Channel, Privacy, Request, State},
    },
};
use serde_json::json;

use super::{DAY, Hall, LONG, lamp};
use crate::{platform::messages::gateways::Kannel, town::Town};

const SECRET: &str = "tests-only-secret-0001";
const SITI: &str = "+6281234567890";
const TONO: &str = "+6281311111111";

/// A town hall that is reached by text message, USSD and mail.
pub(super) struct Line {
    pub hall: Hall,
    kannel: Kannel,
}

impl Line {
    pub async fn new() -> Line {
        let kannel = Kannel::start().await;
        let settings = Settings {
            channel_secret: Some(SECRET.into()),
            channel_sources: Some("203.0.113.7".into()),
            sms_url: Some(kannel.url.clone()),
            ..Settings::default()
        };
        let hall = Hall::with(settings).await;
        name_places(&hall.town).await;
        let line = Line { hall, kannel };
        line.told().await;
        line
    }

    /// Somebody sends a text message; returns what they are answered.
    pub async fn texts(&self, from: &str, text: &str) -> String {
        let id = baraza::platform::id::random();
        self.texts_as(&id.to_string(), from, text).await
    }

    async fn texts_as(&self, id: &str, from: &str, text: &str) -> String {
        self.told().await;
        self.hall
            .town
            .stranger()
            .with_header("x-kannel-from", from)
            .with_header("x-kannel-to", "181")
            .sends(
                "POST",
                &format!("/channels/sms/{SECRET}?id={id}"),
                "text/plain; charset=UTF-8",
                Body::from(text.to_owned()),
            )
            .await
            .is(200);
        let said: Vec<String> = self
            .told()
            .await
            .into_iter()
            .filter(|(to, _)| to == from)
            .map(|(_, text)| text)
            .collect();
        said.join(" | ")
    }

    /// Everything that went out to phones since somebody last looked: to whom, and the words.
    pub async fn told(&self) -> Vec<(String, String)> {
        self.hall.town.run_jobs().await;
        self.kannel
            .taken()
            .into_iter()
            .map(|taken| {
                let to = taken.headers["x-kannel-to"]
                    .to_str()
                    .expect("a number")
                    .to_owned();
                (to, String::from_utf8_lossy(&taken.body).into_owned())
            })
            .collect()
    }

    async fn keys(&self, from: &str, text: &str) -> String {
        let fields = [
            ("sessionId", "s-1"),
            ("serviceCode", "*181#"),
            ("phoneNumber", from),
            ("text", text),
        ];
        let answer = self
            .hall
            .town
            .stranger()
            .submits(&format!("/channels/ussd/{SECRET}"), &fields)
            .await;
        answer.is(200).text()
    }

    /// The newest request there is.
    async fn newest(&self) -> Request {
        let (code,): (String,) = sqlx::query_as("SELECT code FROM service_request ORDER BY id DESC LIMIT 1")
            .fetch_one(self.hall.town.app.db.read())
            .await
            .expect("a request");
        requests::find(&self.hall.town.app, &code).await.expect("there")
    }

    async fn count(&self) -> i64 {
        let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM service_request")
            .fetch_one(self.hall.town.app.db.read())
            .await
            .expect("counted");
        n
    }

    async fn answers(&self, code: &str) {
        requests::answer(&self.hall.town.app, &self.hall.op("unit"), code, "done", LONG)
            .await
            .expect("answered");
        self.told().await;
    }

    /// A mail arrives; returns the mails that went out, newest last: title and words.
    async fn receives(&self, id: &str, title: &str, headers: &str, text: &str) -> Vec<(String, String)> {
        let mail = format!(
            "From: Siti <siti@example.test>\r\nTo: lapor@town.test\r\nSubject: {title}\r\nMessage-ID: <{id}>\r\n{headers}\r\n{text}\r\n"
        );
        mailbox::handle(&self.hall.town.app, mail.as_bytes())
            .await
            .expect("handled");
        let app = &self.hall.town.app;
        let rows: Vec<(String, Option<String>)> =
            sqlx::query_as("SELECT title, text FROM message WHERE channel = 'email' ORDER BY id")
                .fetch_all(app.db.read())
                .await
                .expect("listed");
        let reveal = |sealed: &str| app.vault.reveal(sealed).expect("ours");
        rows.into_iter()
            .map(|(title, text)| (reveal(&title), text.as_deref().map(reveal).unwrap_or_default()))
            .collect()
    }
}

fn shown(request: &Request) -> String {
    format!("{}-{}", &request.code[..4], &request.code[4..])
}

/// The places of the hall by names, with two villages of one name.
async fn name_places(town: &Town) {
    let plain = |code: &str, name: &str| json!({"type": "Feature", "id": code, "properties": {"kode": code, "nama": name}, "geometry": null});
    let features = [
        plain("35", "Jawa Timur"),
        plain("35.22", "Bojonegoro"),
        plain("35.22.01", "Kapas"),
        plain("35.22.01.2001", "Sukowati"),
        plain("35.22.01.2002", "Bangilan"),
        plain("35.22.02", "Dander"),
        plain("35.22.02.2001", "Sumberarum"),
        plain("35.22.02.2002", "Bangilan"),
        plain("35.23", "Tuban"),
        plain("35.23.01", "Semanding"),
        plain("35.23.01.2001", "Prunggahan"),
    ];
    let list = NewList {
        file_name: "regency.geojson".into(),
        bytes: json!({"type": "FeatureCollection", "features": features})
            .to_string()
            .into_bytes(),
        options: Options::default(),
    };
    match places::import(&town.app, &town.system(), list, &|_, _| ())
        .await
        .expect("a readable list")
    {
        Outcome::Kept(_) => {}
        Outcome::Refused { broken, .. } => panic!("refused: {broken:?}"),
    }
}

#[tokio::test]
async fn a_report_in_plain_words_is_filed_routed_and_answered_with_its_code_in_one_message() {
    let line = Line::new().await;
    let said = line.texts(SITI, "LAPOR jalan berlubang di Desa Sukowati").await;
    let request = line.newest().await;
    assert_eq!(
        (
            request.service.as_str(),
            request.place.as_deref(),
            request.agency.as_deref()
        ),
        ("road", Some("35.22.01.2001"), Some("dinas-pu"))
    );
    assert_eq!((request.channel, request.lang.as_str()), (Channel::Sms, "id"));
    assert_eq!(request.text, "jalan berlubang di Desa Sukowati");
    assert!(
        said.starts_with(&format!("{} diterima: Jalan", shown(&request))),
        "{said}"
    );
    assert!(
        said.chars().count() <= 160,
        "{} characters: {said}",
        said.chars().count()
    );
    let followed = line.hall.town.app.db.read();
    let (sealed, mark): (String, String) = sqlx::query_as("SELECT address, mark FROM follower")
        .fetch_one(followed)
        .await
        .expect("a follower");
    assert!(!sealed.contains("81234567890") && !mark.contains("81234567890"));
}

#[tokio::test]
async fn what_is_missing_is_asked_for_one_thing_at_a_time() {
    let line = Line::new().await;
    let said = line.texts(SITI, "lapor").await;
    assert_eq!(said, "Apa yang rusak, dan di mana? Tulis singkat.");
    let said = line.texts(SITI, "jalan rusak parah").await;
    assert_eq!(
        said,
        "Di mana? Balas nama desa dan kecamatan, atau kode tempatnya."
    );
    let said = line.texts(SITI, "di Sukowati").await;
    assert_eq!(
        said,
        "Apa yang rusak?\n1 Lubang\n2 Jembatan\n3 Longsor\n4 Lainnya"
    );
    assert_eq!(line.count().await, 0);
    let said = line.texts(SITI, "1").await;
    assert!(said.contains("diterima"), "{said}");
    let request = line.newest().await;
    assert_eq!(
        (request.place.as_deref(), request.address.as_deref()),
        (Some("35.22.01.2001"), Some("di Sukowati"))
    );
    assert_eq!(request.attributes[0].values, ["pothole"]);
    let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM request_talk")
        .fetch_one(line.hall.town.app.db.read())
        .await
        .expect("counted");
    assert_eq!(n, 0, "what was said is forgotten once it is filed");
}

#[tokio::test]
async fn a_name_with_a_wrong_letter_is_asked_about_before_it_is_believed() {
    let line = Line::new().await;
    let said = line.texts(SITI, "LAPOR lampu mati di Sukowatu").await;
    assert!(said.starts_with("Di Sukowati, Kapas"), "{said}");
    line.texts(SITI, "ya").await;
    assert_eq!(line.newest().await.place.as_deref(), Some("35.22.01.2001"));
}

#[tokio::test]
async fn of_two_villages_with_one_name_the_district_decides_or_the_sender() {
    let line = Line::new().await;
    line.texts(SITI, "LAPOR lampu mati di Bangilan kecamatan Dander")
        .await;
    assert_eq!(line.newest().await.place.as_deref(), Some("35.22.02.2002"));
    let said = line.texts(TONO, "LAPOR sampah menumpuk di Bangilan").await;
    assert_eq!(
        said,
        "Di mana? Balas angkanya.\n1 Bangilan, Kapas, Bojonegoro\n2 Bangilan, Dander, Bojonegoro"
    );
    line.texts(TONO, "2").await;
    let request = line.newest().await;
    assert_eq!(
        (request.service.as_str(), request.place.as_deref()),
        ("rubbish", Some("35.22.02.2002"))
    );
}

#[tokio::test]
async fn english_words_are_answered_in_english() {
    let line = Line::new().await;
    let said = line.texts(SITI, "REPORT street light out in Sukowati").await;
    assert!(said.contains(" filed: Street light, Sukowati."), "{said}");
    assert_eq!(line.newest().await.lang, "en");
}

#[tokio::test]
async fn a_yes_from_the_number_closes_and_is_told_as_the_residents_own() {
    let line = Line::new().await;
    let app = &line.hall.town.app;
    let opened = line.hall.lamp().await;
    assert!(
        line.texts(SITI, "YA").await.starts_with("Tidak ada laporan Anda"),
        "nothing was answered yet"
    );
    line.answers(&opened.code).await;
    let said = line.texts(SITI, "ya terima kasih pak").await;
    assert!(said.contains("ditutup"), "{said}");
    assert!(line.hall.now(&opened).await.state.is_closed());
    let recorded: (String, Option<String>) = sqlx::query_as("SELECT recorder, channel FROM request_closing")
        .fetch_one(app.db.read())
        .await
        .expect("a closing");
    assert_eq!(recorded, ("resident".to_owned(), Some("sms".to_owned())));
}

#[tokio::test]
async fn a_yes_with_a_but_closes_nothing() {
    let line = Line::new().await;
    let opened = line.hall.lamp().await;
    line.answers(&opened.code).await;
    let said = line.texts(SITI, "ya tapi kabelnya masih terbuka").await;
    assert!(said.contains("saja"), "{said}");
    assert!(!line.hall.now(&opened).await.state.is_closed());
}

#[tokio::test]
async fn a_no_with_its_reason_takes_it_a_level_up_and_after_the_closing_opens_it_again() {
    let line = Line::new().await;
    let opened = line.hall.lamp().await;
    line.answers(&opened.code).await;
    let said = line.texts(SITI, "BELUM, masih gelap").await;
    assert!(said.contains("tingkat 2"), "{said}");
    let request = line.hall.now(&opened).await;
    assert_eq!((request.level, request.n_reopened), (2, 1));
    let story = requests::timeline(
        &line.hall.town.app,
        &request,
        baraza::evidence::model::Audience::Raiser,
    )
    .await
    .expect("read");
    let refused = story
        .iter()
        .find(|entry| entry.what == "request.refused")
        .expect("told");
    assert_eq!(refused.text.as_deref(), Some("masih gelap"));
    requests::answer(
        &line.hall.town.app,
        &line.hall.op("head"),
        &opened.code,
        "done",
        LONG,
    )
    .await
    .expect("answered");
    line.hall.advance_days(40);
    requests::sweep(&line.hall.town.app).await.expect("swept");
    assert!(line.hall.now(&opened).await.state.is_closed());
    line.told().await;
    let said = line.texts(SITI, "tidak").await;
    let request = line.hall.now(&opened).await;
    let is_open = request.state == State::Open;
    assert_eq!(
        said.contains("dibuka lagi"),
        is_open,
        "{said} {:?}",
        request.state
    );
}

#[tokio::test]
async fn when_several_wait_the_code_is_asked_for() {
    let line = Line::new().await;
    let (first, second) = (line.hall.lamp().await, line.hall.lamp().await);
    line.answers(&first.code).await;
    line.answers(&second.code).await;
    let said = line.texts(SITI, "YA").await;
    assert!(said.starts_with("Yang mana?"), "{said}");
    line.texts(SITI, &format!("ya {}", first.code.to_lowercase()))
        .await;
    assert!(line.hall.now(&first).await.state.is_closed());
    assert!(!line.hall.now(&second).await.state.is_closed());
}

#[tokio::test]
async fn another_phone_needs_the_key_and_every_wrong_one_is_counted() {
    let line = Line::new().await;
    let opened = line.hall.lamp().await;
    line.answers(&opened.code).await;
    let said = line.texts(TONO, &format!("YA {}", opened.code)).await;
    assert!(
        said.contains("somebody else") || said.contains("orang lain"),
        "{said}"
    );
    let wrong = baraza::platform::code::Code::<6>::of(5).to_string();
    line.texts(TONO, &format!("YA {} {wrong}", opened.code)).await;
    let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM request_guess")
        .fetch_one(line.hall.town.app.db.read())
        .await
        .expect("counted");
    assert_eq!(n, 1);
    assert!(!line.hall.now(&opened).await.state.is_closed());
    let right = opened.key.as_deref().expect("a key");
    line.texts(TONO, &format!("YA {} {right}", opened.code)).await;
    assert!(line.hall.now(&opened).await.state.is_closed());
}

#[tokio::test]
async fn without_a_name_nothing_of_the_number_is_kept_and_the_key_is_given() {
    let line = Line::new().await;
    let said = line.texts(SITI, "ANONIM LAPOR lampu mati di Sukowati").await;
    let request = line.newest().await;
    assert_eq!(request.privacy, Privacy::Anonymous);
    let (n,): (i64,) =
        sqlx::query_as("SELECT (SELECT COUNT(*) FROM request_contact) + (SELECT COUNT(*) FROM follower)")
            .fetch_one(line.hall.town.app.db.read())
            .await
            .expect("counted");
    assert_eq!(n, 0);
    let key = said
        .split(": ")
        .find_map(|part| part.split('.').next().filter(|key| key.len() == 7));
    line.answers(&request.code).await;
    let key = key.expect("the key stands in the answer");
    line.texts(SITI, &format!("YA {} {key}", request.code)).await;
    assert!(
        requests::find(&line.hall.town.app, &request.code)
            .await
            .expect("there")
            .state
            .is_closed()
    );
}

#[tokio::test]
async fn one_like_it_is_offered_and_joined_or_passed_by() {
    let line = Line::new().await;
    line.texts(SITI, "LAPOR lampu jalan mati di depan sekolah Sukowati")
        .await;
    let first = line.newest().await;
    let said = line
        .texts(TONO, "LAPOR lampu jalan mati di depan sekolah Sukowati")
        .await;
    assert!(said.contains(&shown(&first)) && said.contains("IKUT"), "{said}");
    line.texts(TONO, "ikut").await;
    assert_eq!(line.count().await, 1);
    let first = requests::find(&line.hall.town.app, &first.code)
        .await
        .expect("there");
    assert_eq!(first.n_supporters, 1);
    line.answers(&first.code).await;
    line.texts(
        "+6281322222222",
        "LAPOR lampu jalan mati di depan sekolah Sukowati lagi",
    )
    .await;
    line.texts("+6281322222222", "baru").await;
    assert_eq!(line.count().await, 2);
}

#[tokio::test]
async fn a_status_reads_the_answer_back_to_whoever_filed_it_only() {
    let line = Line::new().await;
    let opened = line.hall.lamp().await;
    line.answers(&opened.code).await;
    let own = line.texts(SITI, "STATUS").await;
    assert!(own.contains("The lamp was replaced"), "{own}");
    let other = line.texts(TONO, &format!("cek {}", opened.code)).await;
    assert!(
        other.contains("Lampu jalan") && !other.contains("The lamp was replaced"),
        "{other}"
    );
    let filing = Filing {
        service: "bribe".into(),
        ..lamp()
    };
    let hidden = line
        .hall
        .file(&line.hall.stranger(), filing)
        .await
        .expect("filed");
    let other = line.texts(TONO, &format!("cek {}", hidden.code)).await;
    assert!(other.contains(&hidden.code) && !other.contains("Suap"), "{other}");
}

#[tokio::test]
async fn whoever_was_asked_something_answers_without_a_word() {
    let line = Line::new().await;
    let opened = line.hall.lamp().await;
    requests::ask(
        &line.hall.town.app,
        &line.hall.op("unit"),
        &opened.code,
        "resident",
        "Di tiang nomor berapa?",
    )
    .await
    .expect("asked");
    let asked = line.told().await;
    assert!(asked[0].1.contains("Di tiang nomor berapa?"), "{asked:?}");
    line.texts(SITI, "Tiang nomor 12 dekat masjid").await;
    let request = line.hall.now(&opened).await;
    assert_eq!(request.state, State::Open);
    assert_eq!(line.count().await, 1);
}

#[tokio::test]
async fn a_sentence_that_begins_with_no_or_stop_is_a_report() {
    let line = Line::new().await;
    line.texts(SITI, "No water from the pump in Sukowati since Monday")
        .await;
    assert_eq!(line.newest().await.service, "water");
    line.texts(TONO, "Stop the rubbish burning near the drain in Sukowati")
        .await;
    assert_eq!(line.newest().await.service, "rubbish");
}

#[tokio::test]
async fn whoever_stops_is_told_nothing_more_until_they_start_or_file_again() {
    let line = Line::new().await;
    let app = &line.hall.town.app;
    let opened = line.hall.lamp().await;
    line.texts(SITI, "BERHENTI").await;
    requests::verify(app, &line.hall.op("unit"), &opened.code)
        .await
        .expect("verified");
    assert_eq!(line.told().await, []);
    let second = line.hall.lamp().await;
    line.told().await;
    requests::verify(app, &line.hall.op("unit"), &second.code)
        .await
        .expect("verified");
    assert_eq!(line.told().await.len(), 1);
    line.texts(SITI, "mulai").await;
    line.answers(&opened.code).await;
    requests::confirm(
        app,
        &line.hall.op("operator"),
        &opened.code,
        Claim::Operator,
        "phone",
    )
    .await
    .expect("confirmed");
    assert_eq!(
        line.told().await.len(),
        1,
        "what others wrote down as a yes is told to whose it is"
    );
}

#[tokio::test]
async fn a_conversation_is_sealed_and_forgotten_after_a_day() {
    let line = Line::new().await;
    line.texts(SITI, "LAPOR lampu mati").await;
    let (draft,): (String,) = sqlx::query_as("SELECT draft FROM request_talk")
        .fetch_one(line.hall.town.app.db.read())
        .await
        .expect("a conversation");
    assert!(!draft.contains("lampu"));
    line.hall.advance_days(2);
    line.texts(SITI, "Sukowati").await;
    assert_eq!(line.count().await, 0, "it is a new conversation");
    let mut tx = line.hall.town.app.db.begin().await.expect("a transaction");
    tx.enqueue(&line.hall.town.system(), &requests::heard::ForgetTalks::default())
        .await
        .expect("queued");
    tx.commit().await.expect("committed");
    line.hall.advance_days(2);
    line.told().await;
    let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM request_talk")
        .fetch_one(line.hall.town.app.db.read())
        .await
        .expect("counted");
    assert_eq!(n, 0);
}

#[tokio::test]
async fn the_same_message_delivered_twice_files_one_request() {
    let line = Line::new().await;
    line.texts_as("7", SITI, "LAPOR lampu mati di Sukowati").await;
    line.texts_as("7", SITI, "LAPOR lampu mati di Sukowati").await;
    assert_eq!(line.count().await, 1);
}

#[tokio::test]
async fn what_was_filed_is_taken_back_by_its_code() {
    let line = Line::new().await;
    let opened = line.hall.lamp().await;
    line.texts(SITI, &format!("BATAL {} sudah diperbaiki warga", opened.code))
        .await;
    assert!(line.hall.now(&opened).await.state.is_closed());
}

#[tokio::test]
async fn the_menu_by_ussd_files_screen_by_screen_and_says_yes_and_no() {
    let line = Line::new().await;
    assert!(
        line.keys(SITI, "")
            .await
            .starts_with("CON What would you like?\n1 Report")
    );
    assert!(
        line.keys(SITI, "5")
            .await
            .starts_with("CON Apa yang Anda perlukan?\n1 Melapor")
    );
    assert_eq!(
        line.keys(SITI, "5*1*1").await,
        "CON Tepatnya?\n1 Jalan atau jembatan rusak\n2 Lampu jalan\n3 Air bersih\n4 Sampah dan selokan"
    );
    let place = line.keys(SITI, "5*1*1*2").await;
    assert!(place.contains("1 Bojonegoro"), "{place}");
    assert!(line.keys(SITI, "5*1*1*2*1*1").await.contains("1 Sukowati"));
    assert!(
        line.keys(SITI, "5*1*1*2*22012001").await.contains("Tulis."),
        "the digits of a code do too"
    );
    let send = line.keys(SITI, "5*1*1*2*1*1*1*Lampu mati").await;
    assert!(send.starts_with("CON Lampu jalan, Sukowati. Kirim?"), "{send}");
    let filed = line.keys(SITI, "5*1*1*2*1*1*1*Lampu mati*1").await;
    assert_eq!(
        line.keys(SITI, "5*1*1*2*1*1*1*Lampu mati*1").await,
        filed,
        "the network asks twice"
    );
    let request = line.newest().await;
    assert!(
        filed.starts_with("END Diterima.") && filed.contains(&shown(&request)),
        "{filed}"
    );
    assert_eq!(
        (request.channel, request.place.as_deref(), request.text.as_str()),
        (Channel::Ussd, Some("35.22.01.2001"), "Lampu mati")
    );
    assert_eq!(line.count().await, 1);
    let told = line.told().await;
    assert!(
        told[0].1.contains(&shown(&request)),
        "a screen is gone in a moment, a message stays: {told:?}"
    );
    line.answers(&request.code).await;
    assert!(line.keys(SITI, "3").await.contains("Sudah beres?\n1 Ya"));
    line.keys(SITI, "3*2*masih gelap").await;
    let after = requests::find(&line.hall.town.app, &request.code)
        .await
        .expect("there");
    assert_eq!((after.level, after.state.code()), (2, "open"));
    for text in [
        "",
        "1",
        "1*1",
        "1*1*1",
        "1*1*1*1",
        "2",
        "3",
        "4",
        "9*9*9",
        "5*5*5*1*2*0*0",
    ] {
        let screen = line.keys(TONO, text).await;
        assert!(screen.chars().count() <= 186, "{text}: {screen}");
    }
}

#[tokio::test]
async fn a_mail_files_a_request_and_its_thread_stays_with_it() {
    let line = Line::new().await;
    let out = line
        .receives(
            "a@phone.test",
            "Lampu mati",
            "",
            "Lampu jalan di Sukowati mati sejak Senin.",
        )
        .await;
    let request = line.newest().await;
    assert_eq!(
        (request.channel, request.service.as_str()),
        (Channel::Email, "street-light")
    );
    assert!(request.text.starts_with("Lampu mati"), "{}", request.text);
    let (title, text) = out.last().expect("an answer");
    assert_eq!(*title, format!("Re: Lampu mati [{}]", shown(&request)));
    assert!(text.contains("/requests/"), "{text}");
    // A reply to our mail, known by what it answers although its subject was changed.
    let (ours,): (String,) = sqlx::query_as("SELECT id FROM message WHERE channel = 'email'")
        .fetch_one(line.hall.town.app.db.read())
        .await
        .expect("our mail");
    let headers = format!("In-Reply-To: <{ours}@town.test>\r\n");
    line.receives(
        "b@phone.test",
        "Tambahan",
        &headers,
        "Tiangnya nomor 12.\r\n\r\n> Re: Lampu mati",
    )
    .await;
    assert_eq!(line.count().await, 1);
    let filed = requests::Opened {
        id: request.id.clone(),
        code: request.code.clone(),
        key: None,
    };
    let story = line.hall.story(&line.hall.stranger(), &filed).await;
    assert!(story.contains(&"request.added".to_owned()), "{story:?}");
    line.answers(&request.code).await;
    let title = format!("Re: Laporan Anda {}", shown(&request));
    line.receives("c@phone.test", &title, "", "Ya").await;
    line.told().await;
    assert!(
        requests::find(&line.hall.town.app, &request.code)
            .await
            .expect("there")
            .state
            .is_closed()
    );
}

#[tokio::test]
async fn a_mail_from_elsewhere_with_a_code_in_its_subject_acts_on_nothing() {
    let line = Line::new().await;
    let opened = line.hall.lamp().await;
    line.answers(&opened.code).await;
    line.receives("a@phone.test", &format!("Re: {}", opened.code), "", "Ya")
        .await;
    line.told().await;
    assert!(!line.hall.now(&opened).await.state.is_closed());
}

#[tokio::test]
async fn a_picture_of_a_mail_is_kept_without_what_hides_in_it_and_other_files_are_not() {
    let line = Line::new().await;
    let jpeg = {
        use base64::Engine;
        let mut picture = vec![0xFF, 0xD8];
        let segments: [(u8, &[u8]); 4] = [
            (0xE1, b"Exif\0\0HIDDEN"),
            (0xDB, &[0; 65]),
            (0xC0, &[8, 0, 2, 0, 3, 1, 1, 0x11, 0]),
            (0xDA, &[1, 1, 0, 0, 63, 0]),
        ];
        for (marker, content) in segments {
            let length = u16::try_from(content.len() + 2).expect("short");
            picture.extend([0xFF, marker]);
            picture.extend(length.to_be_bytes());
            picture.extend(content);
        }
        picture.extend([1, 2, 3, 0xFF, 0xD9]);
        base64::engine::general_purpose::STANDARD.encode(picture)
    };
    let headers = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n";
    let body = format!(
        "--x\r\nContent-Type: text/plain\r\n\r\nLampu mati di Sukowati\r\n\
         --x\r\nContent-Type: image/jpeg\r\nContent-Disposition: attachment; filename=a.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n{jpeg}\r\n\
         --x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF-1.4\r\n--x--\r\n"
    );
    let out = line.receives("a@phone.test", "Lampu", headers, &body).await;
    let request = line.newest().await;
    let (blob, is_public): (String, i64) =
        sqlx::query_as("SELECT blob, CAST(is_public AS BIGINT) FROM request_photo WHERE request_id = $1")
            .bind(&request.id)
            .fetch_one(line.hall.town.app.db.read())
            .await
            .expect("one picture");
    assert_eq!(is_public, 0);
    let bytes = line.hall.town.app.blobs.bytes(&blob).await.expect("kept");
    assert!(!bytes.windows(6).any(|part| part == b"HIDDEN"));
    assert!(out.last().expect("an answer").1.contains("not taken"), "{out:?}");
    line.told().await;
}

#[tokio::test]
async fn a_limit_of_filings_holds_by_text_message_too() {
    let line = Line::new().await;
    for _ in 0..10 {
        line.hall.lamp().await;
    }
    let said = line.texts(SITI, "LAPOR sampah menumpuk di Sukowati").await;
    assert!(said.contains("10"), "{said}");
    assert_eq!(line.count().await, 10);
    line.hall.town.advance(DAY);
    line.texts(SITI, "LAPOR sampah menumpuk di Sukowati").await;
    assert_eq!(line.count().await, 11);
}
