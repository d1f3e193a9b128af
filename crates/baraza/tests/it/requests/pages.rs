//! The resident's pages: a browser without scripts files, follows and acts.

use std::collections::BTreeMap;

use axum::http::header;
use baraza::requests::{self, Filing, model::request::Privacy};

use super::{DAY, Hall, LONG, lamp};
use crate::town::{Answer, Town, Visitor};

/// A browser with cookies and no scripts.
struct Browser<'a> {
    town: &'a Town,
    /// Path and name → value.
    cookies: BTreeMap<(String, String), String>,
}

impl<'a> Browser<'a> {
    fn new(hall: &'a Hall) -> Browser<'a> {
        Browser {
            town: &hall.town,
            // As somebody who reads English.
            cookies: BTreeMap::from([(("/".to_owned(), "lang".to_owned()), "en".to_owned())]),
        }
    }

    fn visitor(&self, path: &str) -> Visitor<'a> {
        let path = path.split(['?', '#']).next().expect("a path");
        let fits = |of: &str| {
            path == of || of == "/" || path.strip_prefix(of).is_some_and(|rest| rest.starts_with('/'))
        };
        let shown: Vec<String> = self
            .cookies
            .iter()
            .filter(|((of, _), _)| fits(of))
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        match shown.is_empty() {
            true => self.town.stranger(),
            false => self.town.stranger().with_header("cookie", &shown.join("; ")),
        }
    }

    fn keeps(&mut self, answer: Answer) -> Answer {
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("text");
            let is_plain = cookie.starts_with("lang=") || cookie.contains("HttpOnly");
            assert!(is_plain && cookie.contains("SameSite"), "{cookie}");
            let mut parts = cookie.split("; ");
            let (name, value) = parts
                .next()
                .and_then(|pair| pair.split_once('='))
                .expect("a pair");
            let path = cookie
                .split("Path=")
                .nth(1)
                .and_then(|rest| rest.split(';').next());
            let key = (path.expect("a path").to_owned(), name.to_owned());
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.to_owned());
            }
        }
        answer
    }

    async fn gets(&mut self, path: &str) -> Answer {
        let answer = self.visitor(path).gets(path).await;
        self.keeps(answer)
    }

    async fn submits(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.visitor(path).submits(path, fields).await;
        self.keeps(answer)
    }

    async fn sends_parts(&mut self, path: &str, parts: &[(&str, &str, &str, &[u8])]) -> Answer {
        let answer = self.visitor(path).posts_parts(path, parts).await;
        self.keeps(answer)
    }

    /// Submits a form and says where it leads.
    async fn goes(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.submits(path, fields).await.is(303);
        answer.header("location").to_owned()
    }

    /// Takes the steps of filing a lamp up to the last look.
    async fn fills_in(&mut self, text: &str) {
        self.goes("/requests/new", &[("service_code", "street-light")])
            .await;
        self.goes("/requests/new/where", &[("place", "35.22.01.2001")])
            .await;
        self.goes(
            "/requests/new/where",
            &[("lat", ""), ("lon", ""), ("address", "By the school")],
        )
        .await;
        let what = [("kind", "complaint"), ("description", text)];
        assert_eq!(self.goes("/requests/new/what", &what).await, "/requests/new/who");
        let who = [
            ("privacy", "open"),
            ("name", "Siti"),
            ("phone", "0812 3456 7890"),
            ("lang", "id"),
        ];
        assert_eq!(self.goes("/requests/new/who", &who).await, "/requests/new/check");
    }

    /// Files what was filled in; returns code and key as the page shows them.
    async fn files(&mut self) -> (String, String) {
        assert_eq!(self.goes("/requests/new/check", &[]).await, "/requests/new/done");
        let done = self.gets("/requests/new/done").await.is(200).text();
        let shown: Vec<&str> = done.split("class=\"bz-tracking\">").skip(1).collect();
        let word = |at: usize| shown[at].split('<').next().expect("a word").to_owned();
        (word(0), word(1))
    }
}

/// A browser that has filed a lamp, and the path of the request.
async fn filed(hall: &Hall) -> (Browser<'_>, String) {
    let mut browser = Browser::new(hall);
    browser.fills_in("The lamp by the school is out").await;
    let (code, _) = browser.files().await;
    hall.town.run_jobs().await;
    (browser, format!("/requests/{}", code.replace('-', "")))
}

/// A small JPEG with a position in its Exif.
fn photo() -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8];
    let mut segment = |marker: u8, content: &[u8]| {
        file.extend([0xFF, marker]);
        file.extend(u16::try_from(content.len() + 2).expect("short").to_be_bytes());
        file.extend_from_slice(content);
    };
    segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0GPS 7.15 S 111.88 E");
    segment(0xDB, &[0; 65]);
    segment(0xC0, &[8, 0, 2, 0, 3, 1, 1, 0x11, 0]);
    segment(0xDA, &[1, 1, 0, 0, 63, 0]);
    file.extend([1, 2, 3, 0xFF, 0xD9]);
    file
}

const FIELDS: [(&str, &str, &str, &[u8]); 2] = [
    ("kind", "", "", b"complaint"),
    ("description", "", "", b"The lamp is out"),
];

#[tokio::test]
async fn a_resident_files_without_scripts_in_five_steps_and_is_told_what_happens_next() {
    let hall = Hall::new().await;
    let mut browser = Browser::new(&hall);
    let start = browser.gets("/requests/new?lang=en").await.is(200).text();
    for part in [
        "Street light",
        "Drinking water",
        "Step 1 of 5",
        "name=\"service_code\"",
    ] {
        assert!(start.contains(part), "{part} is missing in\n{start}");
    }
    let found = browser.gets("/requests/new?q=pungli").await.is(200).text();
    assert!(found.contains("value=\"bribe\"") && !found.contains("value=\"road\""));
    assert_eq!(
        browser.goes("/requests/new", &[("service_code", "road")]).await,
        "/requests/new/where"
    );
    let places = browser.gets("/requests/new/where").await.is(200).text();
    assert!(places.contains("/requests/new/where?in=35.22"), "{places}");
    let district = browser
        .gets("/requests/new/where?in=35.22.01")
        .await
        .is(200)
        .text();
    assert!(district.contains("value=\"35.22.01.2001\""), "{district}");
    let where_to = browser
        .goes("/requests/new/where", &[("place", "35.22.01.2001")])
        .await;
    let spot = browser.gets(&where_to).await.is(200).text();
    assert!(spot.contains("type=\"image\""), "{spot}");
    let map = browser.gets("/requests/new/map/35.22.01.2001").await.is(200);
    assert_eq!(map.header("content-type"), "image/svg+xml");
    // The middle of the map is the middle of the village.
    assert_eq!(
        browser
            .goes(
                "/requests/new/where",
                &[("spot.x", "140"), ("spot.y", "141"), ("address", "")]
            )
            .await,
        "/requests/new/where#spot"
    );
    let marked = browser.gets("/requests/new/where").await.text();
    assert!(
        marked.contains("value=\"-7.1") && marked.contains("value=\"111.8"),
        "{marked}"
    );
    let position = |name: &str| {
        let field = marked
            .split(&format!("name=\"{name}\""))
            .nth(1)
            .expect("the field");
        let value = field.split("value=\"").nth(1).expect("a value");
        value.split('"').next().expect("a number").to_owned()
    };
    let (lat, lon) = (position("lat"), position("lon"));
    assert_eq!(
        browser
            .goes(
                "/requests/new/where",
                &[("lat", &lat), ("lon", &lon), ("address", "Near the bridge")]
            )
            .await,
        "/requests/new/what"
    );
    let what = browser.gets("/requests/new/what").await.is(200).text();
    assert!(
        what.contains("attribute[damage]") && what.contains("(not needed)"),
        "{what}"
    );
    // A required answer is missing: everything typed stands there again.
    let answers = [
        ("kind", "complaint"),
        ("description", "A deep hole"),
        ("attribute[width]", "wide"),
    ];
    let refused = browser
        .submits("/requests/new/what", &answers)
        .await
        .is(400)
        .text();
    for part in [
        "A deep hole",
        "href=\"#attribute[damage]\"",
        "Enter a number",
        "value=\"wide\"",
    ] {
        assert!(refused.contains(part), "{part} is missing in\n{refused}");
    }
    let answers = [
        ("kind", "complaint"),
        ("description", "A deep hole"),
        ("attribute[width]", "2.5"),
        ("attribute[damage]", "pothole"),
    ];
    assert_eq!(
        browser.goes("/requests/new/what", &answers).await,
        "/requests/new/who"
    );
    let refused = browser
        .submits("/requests/new/who", &[("phone", "12")])
        .await
        .is(400)
        .text();
    assert!(
        refused.contains("href=\"#privacy\"") && refused.contains("href=\"#phone\""),
        "{refused}"
    );
    let who = [
        ("privacy", "open"),
        ("name", "Siti"),
        ("email", "siti@desa.id"),
        ("lang", "en"),
    ];
    assert_eq!(
        browser.goes("/requests/new/who", &who).await,
        "/requests/new/check"
    );
    let check = browser.gets("/requests/new/check").await.is(200).text();
    for part in [
        "Damaged road or bridge",
        "Pothole",
        "2.5",
        "Near the bridge",
        "siti@desa.id",
        &lat,
    ] {
        assert!(check.contains(part), "{part} is missing in\n{check}");
    }
    let (code, key) = browser.files().await;
    assert_eq!((code.len(), key.len()), (9, 7));
    let done = browser.gets("/requests/new/done").await.text();
    for part in [
        "DINAS-PU",
        "By the end of 19 November 2026",
        "turns red on",
        "Write the key down",
    ] {
        assert!(done.contains(part), "{part} is missing in\n{done}");
    }
    let path = format!("/requests/{}", code.replace('-', ""));
    let own = browser.gets(&path).await.is(200).text();
    assert!(
        own.contains("siti@desa.id") && own.contains("Take it back"),
        "{own}"
    );
    let public = hall.town.stranger().gets(&path).await.is(200).text();
    assert!(
        !public.contains("siti@desa.id") && public.contains("A deep hole"),
        "{public}"
    );
    let json = hall
        .town
        .stranger()
        .gets(&format!("{path}.json"))
        .await
        .is(200)
        .json();
    assert_eq!(json["attributes"][0]["values"][0], "pothole");
    assert_eq!(json["light"], "white");
    assert!(!json.to_string().contains("siti"));
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn a_double_press_files_once_and_a_second_draft_begins_empty() {
    let hall = Hall::new().await;
    let mut browser = Browser::new(&hall);
    browser.fills_in("The lamp is out").await;
    let (first, key) = browser.files().await;
    // Pressed again, the button leads to the same page with the same key.
    assert_eq!(browser.files().await, (first, key));
    let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM service_request")
        .fetch_one(hall.town.app.db.read())
        .await
        .expect("counted");
    assert_eq!(n, 1);
    let start = browser.gets("/requests/new").await.is(200).text();
    assert!(!start.contains("The lamp is out") && !start.contains("/requests/new/forget"));
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn what_may_be_the_same_is_shown_first_and_joined_with_one_clock() {
    let hall = Hall::new().await;
    let (_, path) = filed(&hall).await;
    let mut neighbour = Browser::new(&hall);
    neighbour.fills_in("Lamp by the school is out again").await;
    let answer = neighbour.gets("/requests/new/check").await.is(303);
    assert_eq!(answer.header("location"), "/requests/new/similar");
    let similar = neighbour
        .gets("/requests/new/similar?lang=en")
        .await
        .is(200)
        .text();
    assert!(
        similar.contains("The lamp by the school is out") && similar.contains("Me too"),
        "{similar}"
    );
    let code = path.rsplit('/').next().expect("a code");
    assert_eq!(
        neighbour.goes("/requests/new/similar", &[("join", code)]).await,
        path
    );
    let joined = neighbour.gets(&path).await.is(200).text();
    assert!(
        joined.contains("You are counted: me too.") && joined.contains("1 other person says"),
        "{joined}"
    );
    // Whoever said it in filing does not count once more on the page.
    neighbour.goes(&format!("{path}/support"), &[]).await;
    let counts = hall.town.stranger().gets(&format!("{path}.json")).await.json();
    assert_eq!(counts["supporters"], 1);
    // A third one looks, and files all the same.
    let mut third = Browser::new(&hall);
    third
        .fills_in("The lamp by the school is out, and so is the next")
        .await;
    assert_eq!(
        third.goes("/requests/new/similar", &[]).await,
        "/requests/new/check"
    );
    third.gets("/requests/new/check").await.is(200);
    third.files().await;
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn a_photo_that_is_too_long_or_none_is_refused_and_what_was_typed_stays() {
    let hall = Hall::new().await;
    let mut browser = Browser::new(&hall);
    browser.fills_in("The lamp is out").await;
    let huge = vec![0xFF_u8; 30 * 1024 * 1024];
    for (bytes, said) in [
        (&huge[..], "longer than 10 MB"),
        (&b"<script>alert(1)</script>"[..], "is no picture"),
        (&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], "HEIC"),
        (&b"GIF89a"[..], "JPEG, PNG or WebP"),
    ] {
        let file = ("photo", "a.jpg", "image/jpeg", bytes);
        let parts = [FIELDS[0], ("description", "", "", b"Typed with care"), file];
        let refused = browser
            .sends_parts("/requests/new/what?lang=en", &parts)
            .await
            .is(400)
            .text();
        assert!(
            refused.contains(said) && refused.contains("Typed with care"),
            "{said}\n{refused}"
        );
    }
    // A form without files may not be long, and a text that is too long is not lost.
    let long = "x".repeat(2 * 1024 * 1024);
    browser
        .submits("/requests/new/what", &[("description", &long)])
        .await
        .is(413);
    let book = "A long story. ".repeat(1_000);
    let told = [FIELDS[0], ("description", "", "", book.as_bytes())];
    let refused = browser
        .sends_parts("/requests/new/what", &told)
        .await
        .is(400)
        .text();
    assert!(refused.contains("href=\"#description\"") && refused.contains(book.trim()));
    let told = [FIELDS[0], ("description", "", "", b"Typed with care")];
    browser.sends_parts("/requests/new/what", &told).await.is(303);
    let kept = browser.gets("/requests/new/what").await.text();
    assert!(
        kept.contains("Typed with care") && !kept.contains("name=\"remove\""),
        "{kept}"
    );
    let good = photo();
    let six: Vec<_> = FIELDS
        .into_iter()
        .chain((0..6).map(|_| ("photo", "a.jpg", "image/jpeg", &good[..])))
        .collect();
    let refused = browser
        .sends_parts("/requests/new/what", &six)
        .await
        .is(400)
        .text();
    assert_eq!(refused.matches("name=\"remove\"").count(), 5, "{refused}");
}

#[tokio::test]
async fn where_a_photo_was_taken_is_gone_from_the_bytes_that_are_kept() {
    let hall = Hall::new().await;
    let mut browser = Browser::new(&hall);
    browser.fills_in("The lamp is out").await;
    let photo = photo();
    let file = ("photo", "IMG_20261116_home.jpg", "image/jpeg", &photo[..]);
    let for_all = ("photos_for", "", "", &b"everybody"[..]);
    browser
        .sends_parts("/requests/new/what", &[FIELDS[0], FIELDS[1], file, for_all])
        .await
        .is(303);
    let (code, _) = browser.files().await;
    let path = format!("/requests/{}", code.replace('-', ""));
    let only_unit = ("photos_for", "", "", &b"unit"[..]);
    browser
        .sends_parts(&format!("{path}/photo"), &[file, only_unit])
        .await
        .is(303);
    hall.town.run_jobs().await;
    let stored: Vec<(String,)> = sqlx::query_as("SELECT blob FROM request_photo ORDER BY id")
        .fetch_all(hall.town.app.db.read())
        .await
        .expect("listed");
    assert_eq!(stored.len(), 2);
    for (blob,) in &stored {
        let bytes = hall.town.app.blobs.bytes(blob).await.expect("there");
        assert!(!bytes.windows(3).any(|part| part == b"GPS" || part == b"Exi"));
        assert!(bytes.ends_with(&[1, 2, 3, 0xFF, 0xD9]));
    }
    let own = browser.gets(&path).await.text();
    let of = |page: &str| -> Vec<String> {
        page.split("<img src=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next().map(str::to_owned))
            .collect()
    };
    let (own, public) = (of(&own), of(&hall.town.stranger().gets(&path).await.text()));
    assert_eq!((own.len(), public.len()), (2, 1));
    let shown = hall.town.stranger().gets(&own[0]).await.is(200);
    assert_eq!(
        (
            shown.header("content-type"),
            shown.header("x-content-type-options")
        ),
        ("image/jpeg", "nosniff")
    );
    hall.town.stranger().gets(&own[1]).await.is(404);
    browser.gets(&own[1]).await.is(200);
}

#[tokio::test]
async fn a_request_is_followed_by_a_code_typed_by_hand_and_closed_by_its_residents_yes() {
    let hall = Hall::new().await;
    let (browser, path) = filed(&hall).await;
    let key = browser
        .cookies
        .get(&(path.clone(), "bz_key".to_owned()))
        .expect("the key is remembered")
        .clone();
    let code = path.rsplit('/').next().expect("a code").to_owned();
    requests::answer(&hall.town.app, &hall.op("unit"), &code, "done", LONG)
        .await
        .expect("answered");
    // Days later, on another telephone.
    hall.advance_days(2);
    let mut phone = Browser::new(&hall);
    let typed = format!(" {} {}", &code[..4].to_lowercase(), &code[4..].to_lowercase());
    assert_eq!(phone.goes("/requests/follow", &[("code", &typed)]).await, path);
    let public = phone.gets(&format!("{path}?lang=en")).await.is(200).text();
    assert!(
        public.contains("shines again") && !public.contains("/confirm"),
        "{public}"
    );
    phone.gets(&format!("{path}/confirm")).await.is(303);
    let wrong = [("code", &*typed), ("key", "222-222")];
    let refused = phone.submits("/requests/follow", &wrong).await.is(403).text();
    assert!(refused.contains("href=\"#key\""), "{refused}");
    let right = [("code", &*typed), ("key", &*key)];
    assert_eq!(phone.goes("/requests/follow", &right).await, path);
    let own = phone.gets(&format!("{path}?lang=en")).await.is(200).text();
    assert!(
        own.contains("Is it settled?") && own.contains("in 10 working days"),
        "{own}"
    );
    phone.gets(&format!("{path}/confirm")).await.is(200);
    assert_eq!(phone.goes(&format!("{path}/confirm"), &[]).await, path);
    let closed = phone.gets(&path).await.text();
    assert!(closed.contains("Thank you. It is closed."), "{closed}");
    // Said once.
    assert!(
        !phone
            .gets(&path)
            .await
            .text()
            .contains("Thank you. It is closed.")
    );
    let reopened = [("text", "It went out again")];
    phone.submits(&format!("{path}/reopen"), &[]).await.is(400);
    assert_eq!(phone.goes(&format!("{path}/reopen"), &reopened).await, path);
    let json = hall.town.stranger().gets(&format!("{path}.json")).await.json();
    assert_eq!(
        (&json["state"], &json["level"], &json["reopened"]),
        (&"open".into(), &2.into(), &1.into())
    );
    phone.goes(&format!("{path}/leave"), &[]).await;
    assert!(!phone.gets(&path).await.text().contains("/withdraw\""));
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn a_no_takes_it_one_level_up_and_a_withdrawal_closes_it() {
    let hall = Hall::new().await;
    let (mut browser, path) = filed(&hall).await;
    let code = path.rsplit('/').next().expect("a code").to_owned();
    requests::answer(&hall.town.app, &hall.op("unit"), &code, "done", LONG)
        .await
        .expect("answered");
    let page = browser
        .gets(&format!("{path}/refuse?lang=en"))
        .await
        .is(200)
        .text();
    assert!(page.contains("one level up: Head of the unit"), "{page}");
    browser
        .submits(&format!("{path}/refuse"), &[("text", " ")])
        .await
        .is(400);
    browser
        .goes(
            &format!("{path}/refuse"),
            &[("text", "Still dark, call 0812 3456 7890")],
        )
        .await;
    let json = hall.town.stranger().gets(&format!("{path}.json")).await.json();
    assert_eq!((&json["state"], &json["level"]), (&"open".into(), &2.into()));
    assert!(!json.to_string().contains("3456 7890"), "{json}");
    browser
        .goes(&format!("{path}/add"), &[("text", "Since Friday")])
        .await;
    browser.submits(&format!("{path}/add"), &[]).await.is(400);
    browser.goes(&format!("{path}/withdraw"), &[]).await;
    let closed = hall.town.stranger().gets(&format!("{path}.json")).await.json();
    assert_eq!(
        (&closed["state"], &closed["closed"]),
        (&"closed".into(), &"withdrawn".into())
    );
    // What cannot be done any more is said on the page that was asked for it.
    let late = browser
        .submits(&format!("{path}/confirm"), &[])
        .await
        .is(409)
        .text();
    assert!(late.contains("govuk-error-summary"), "{late}");
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn what_is_confidential_is_unknown_to_strangers_and_shown_to_whoever_has_the_key() {
    let hall = Hall::new().await;
    let filing = Filing {
        privacy: Some(Privacy::Confidential),
        ..lamp()
    };
    let opened = hall.file(&hall.stranger(), filing).await.expect("filed");
    hall.town.run_jobs().await;
    let key = opened.key.as_deref().expect("a key");
    let path = format!("/requests/{}", opened.code);
    let nowhere = "/requests/22222222";
    for (method, tail) in [
        ("GET", ""),
        ("GET", ".json"),
        ("GET", "/add"),
        ("GET", "/photos/0"),
        ("POST", "/add"),
        ("POST", "/key"),
        ("POST", "/support"),
    ] {
        let mut answers = Vec::new();
        for of in [path.as_str(), nowhere] {
            let kind = if method == "POST" {
                "application/x-www-form-urlencoded"
            } else {
                ""
            };
            let at = format!("{of}{tail}");
            let answer = hall
                .town
                .stranger()
                .sends(method, &at, kind, "key=222-222".into())
                .await
                .is(404);
            answers.push(
                answer
                    .text()
                    .replace(of.rsplit('/').next().expect("a code"), "CODE"),
            );
        }
        // They differ in nothing but the number of the answer.
        assert_eq!(answers[0].len(), answers[1].len(), "{method} {tail}");
    }
    let mut browser = Browser::new(&hall);
    for code in [&*opened.code, "22222222"] {
        for key in ["", "222-222"] {
            let answer = browser
                .submits("/requests/follow?lang=en", &[("code", code), ("key", key)])
                .await
                .is(404);
            assert!(answer.text().contains("There is nothing to show under this code"));
        }
    }
    assert_eq!(
        browser
            .goes("/requests/follow", &[("code", &opened.code), ("key", key)])
            .await,
        path
    );
    let own = browser.gets(&path).await.is(200).text();
    assert!(
        own.contains("Lampu jalan mati") && !own.contains(&format!("{path}.json")),
        "{own}"
    );
    let unit = hall
        .town
        .signs_in("unit@town.test")
        .await
        .gets(&path)
        .await
        .is(200)
        .text();
    assert!(
        unit.contains("Lampu jalan mati") && !unit.contains("Siti Aminah"),
        "{unit}"
    );
    hall.town
        .signs_in("clinic@town.test")
        .await
        .gets(&path)
        .await
        .is(404);
}

#[tokio::test]
async fn after_ten_wrong_keys_even_the_page_waits_an_hour() {
    let hall = Hall::new().await;
    let opened = hall.lamp().await;
    hall.town.run_jobs().await;
    let path = format!("/requests/{}/key", opened.code);
    let mut browser = Browser::new(&hall);
    for _ in 0..10 {
        browser.submits(&path, &[("key", "222-222")]).await.is(403);
    }
    let key = opened.key.as_deref().expect("a key");
    let waits = browser.submits(&path, &[("key", key)]).await.is(429).text();
    assert!(
        waits.contains("Wait an hour") || waits.contains("satu jam"),
        "{waits}"
    );
    hall.town.advance(DAY / 24 + std::time::Duration::from_secs(1));
    browser.submits(&path, &[("key", key)]).await.is(303);
}

#[tokio::test]
async fn bad_input_gets_a_clear_error_and_loses_nothing() {
    let hall = Hall::new().await;
    let mut browser = Browser::new(&hall);
    let unknown = browser
        .submits("/requests/new?lang=en", &[("service_code", "dragons")])
        .await
        .is(400);
    assert!(
        unknown
            .text()
            .contains("There is no service with the code “dragons”")
    );
    browser.submits("/requests/new", &[]).await.is(400);
    browser
        .goes("/requests/new", &[("service_code", "street-light")])
        .await;
    let nowhere = [("lat", "12.5"), ("lon", "99.5"), ("address", "Far away")];
    let outside = browser
        .submits("/requests/new/where?lang=en", &nowhere)
        .await
        .is(400)
        .text();
    assert!(
        outside.contains("outside the area") && outside.contains("Far away") && outside.contains("12.5"),
        "{outside}"
    );
    browser
        .submits("/requests/new/where", &[("lat", "north")])
        .await
        .is(400);
    browser
        .submits("/requests/new/where", &[("place", "99.99")])
        .await
        .is(400);
    browser
        .goes("/requests/new/where", &[("lat", "-7,15"), ("lon", "111,85")])
        .await;
    let text = "'; DROP TABLE service_request; -- <script>alert(1)</script> {{ 7*7 }}";
    browser.goes("/requests/new/what", &[("description", text)]).await;
    browser
        .goes(
            "/requests/new/who",
            &[("privacy", "anonymous"), ("phone", "0812 3456 7890")],
        )
        .await;
    let check = browser.gets("/requests/new/check").await.is(200).text();
    assert!(
        check.contains("DROP TABLE") && !check.contains("<script>alert"),
        "{check}"
    );
    let (code, _) = browser.files().await;
    let path = format!("/requests/{}", code.replace('-', ""));
    let page = hall.town.stranger().gets(&path).await.is(200).text();
    assert!(
        page.contains("DROP TABLE") && !page.contains("<script>alert"),
        "{page}"
    );
    let (contacts,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM request_contact")
        .fetch_one(hall.town.app.db.read())
        .await
        .expect("counted");
    assert_eq!(contacts, 0, "who files anonymously leaves no number");
    for (typed, said) in [
        ("K7M", "eight letters"),
        ("K7MQ-4XT0", "“0” is in no code"),
        ("22222223", "is wrong"),
    ] {
        let refused = browser
            .submits("/requests/follow?lang=en", &[("code", typed)])
            .await
            .is(400)
            .text();
        assert!(refused.contains(said), "{typed}: {refused}");
    }
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn what_was_written_without_a_network_goes_on_where_something_is_missing() {
    let hall = Hall::new().await;
    let page = hall
        .town
        .signs_in("siti@town.test")
        .await
        .gets("/requests/new/offline")
        .await
        .is(200);
    assert!(page.text().contains("value=\"water\""));
    let worker = hall.town.stranger().gets("/requests/worker.js").await.is(200);
    assert!(worker.header("content-type").starts_with("text/javascript"));
    let mut browser = Browser::new(&hall);
    let photo = photo();
    let typed = [
        ("service_code", "", "", &b"water"[..]),
        ("address", "", "", b"Sumberejo, behind the mosque"),
        ("description", "", "", b"The well is dry"),
        ("photo", "a.jpg", "image/jpeg", &photo[..]),
        ("photos_for", "", "", b"unit"),
    ];
    let answer = browser.sends_parts("/requests/new/offline", &typed).await.is(303);
    assert_eq!(answer.header("location"), "/requests/new/where");
    let page = browser.gets("/requests/new/where").await.is(200).text();
    assert!(page.contains("Sumberejo, behind the mosque"), "{page}");
    browser
        .goes("/requests/new/where", &[("place", "35.22.01.2001")])
        .await;
    let what = browser.gets("/requests/new/what").await.is(200).text();
    assert!(
        what.contains("The well is dry") && what.contains("name=\"remove\""),
        "{what}"
    );
    // A service that is no more is asked for again; a file that is no picture is refused beside the words.
    let mut other = Browser::new(&hall);
    let gone = [
        ("service_code", "", "", &b"dragons"[..]),
        ("description", "", "", b"They are back"),
    ];
    let answer = other.sends_parts("/requests/new/offline", &gone).await.is(303);
    assert_eq!(answer.header("location"), "/requests/new");
    let wrong = [gone[1], ("photo", "a.jpg", "image/jpeg", b"text")];
    let refused = other
        .sends_parts("/requests/new/offline", &wrong)
        .await
        .is(400)
        .text();
    assert!(
        refused.contains("They are back") && refused.contains("is no picture"),
        "{refused}"
    );
}

#[tokio::test]
async fn whoever_comes_too_early_is_led_to_the_step_that_is_missing() {
    let hall = Hall::new().await;
    let mut browser = Browser::new(&hall);
    for page in ["where", "what", "who", "similar", "check", "done"] {
        let answer = browser.gets(&format!("/requests/new/{page}")).await.is(303);
        assert_eq!(answer.header("location"), "/requests/new", "{page}");
    }
    // Text that was sent without a draft, its cookie gone, is kept all the same.
    let lost = [
        ("kind", "complaint"),
        ("description", "Typed before the cookie went"),
    ];
    assert_eq!(browser.goes("/requests/new/what", &lost).await, "/requests/new");
    browser.goes("/requests/new", &[("service_code", "water")]).await;
    browser
        .goes("/requests/new/where", &[("place", "35.22.01.2002")])
        .await;
    let what = browser.gets("/requests/new/what").await.is(200).text();
    assert!(what.contains("Typed before the cookie went"));
}

#[tokio::test]
async fn a_draft_that_nobody_touches_goes_with_its_pictures_and_its_key() {
    let hall = Hall::new().await;
    let mut browser = Browser::new(&hall);
    browser.fills_in("The lamp is out").await;
    let photo = photo();
    let file = ("photo", "a.jpg", "image/jpeg", &photo[..]);
    let answer = browser
        .sends_parts(
            "/requests/new/what",
            &[FIELDS[0], FIELDS[1], file, ("do", "", "", b"photos")],
        )
        .await
        .is(200)
        .text();
    let src = answer
        .split("<img src=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a picture");
    browser.gets(src).await.is(200);
    hall.town.stranger().gets(src).await.is(404);
    let blob = src.rsplit('/').next().expect("a blob").to_owned();
    let (sealed,): (String,) = sqlx::query_as("SELECT body FROM request_draft")
        .fetch_one(hall.town.app.db.read())
        .await
        .expect("a draft");
    assert!(
        !sealed.contains("lamp") && !sealed.contains("0812"),
        "what is typed lies sealed"
    );
    hall.advance_days(29);
    tidies(&hall).await;
    browser.gets(src).await.is(200);
    hall.advance_days(2);
    tidies(&hall).await;
    assert_eq!(
        hall.town.app.blobs.bytes(&blob).await.expect_err("gone").code(),
        "file-gone"
    );
    let start = browser.gets("/requests/new").await.is(200).text();
    assert!(!start.contains("/requests/new/forget"));
    // Thrown away by hand it goes at once.
    browser.fills_in("Another lamp").await;
    browser.goes("/requests/new/forget", &[]).await;
    let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM request_draft")
        .fetch_one(hall.town.app.db.read())
        .await
        .expect("counted");
    assert_eq!(n, 0);
    // The key is shown for an hour, and then kept nowhere but with the resident.
    browser.fills_in("A third lamp").await;
    browser.files().await;
    hall.town.advance(DAY / 24 + std::time::Duration::from_secs(1));
    browser.gets("/requests/new/done").await.is(303);
    tidies(&hall).await;
    let (key,): (Option<String>,) = sqlx::query_as("SELECT sealed_key FROM request_draft")
        .fetch_one(hall.town.app.db.read())
        .await
        .expect("a draft");
    assert_eq!(key, None);
}

async fn tidies(hall: &Hall) {
    baraza::platform::jobs::queue_chores(&hall.town.app)
        .await
        .expect("queued");
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn who_reaches_the_limit_of_a_day_is_told_and_can_ask_to_be_let_through() {
    let hall = Hall::new().await;
    let mut browser = Browser::new(&hall);
    for n in 0..10 {
        let filing = Filing {
            text: format!("Lamp {n}"),
            place: Some("35.22.01.2002".into()),
            ..lamp()
        };
        hall.file(&hall.stranger(), filing).await.expect("filed");
    }
    browser.fills_in("The eleventh lamp").await;
    let limit = browser
        .submits("/requests/new/check?lang=en", &[])
        .await
        .is(429)
        .text();
    assert!(
        limit.contains("Ask to be let through") && limit.contains("Nothing is lost"),
        "{limit}"
    );
    browser
        .submits("/requests/new/appeal", &[("why", " ")])
        .await
        .is(400);
    browser
        .submits("/requests/new/appeal", &[("why", "I file for my neighbours")])
        .await
        .is(200);
    let appeals = requests::list_appeals(&hall.town.app, &hall.town.system())
        .await
        .expect("listed");
    assert_eq!(appeals.len(), 1);
    let kept = browser.gets("/requests/new/check").await.is(200).text();
    assert!(kept.contains("The eleventh lamp"));
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn whoever_is_signed_in_acts_by_account_and_finds_their_requests() {
    let hall = Hall::new().await;
    let opened = hall.file(&hall.op("siti"), lamp()).await.expect("filed");
    hall.town.run_jobs().await;
    let path = format!("/requests/{}", opened.code);
    let siti = hall.town.signs_in("siti@town.test").await;
    let mine = siti.gets("/requests/mine").await.is(200).text();
    assert!(mine.contains(&path), "{mine}");
    let own = siti.gets(&path).await.is(200).text();
    assert!(own.contains("Siti Aminah") && own.contains("/withdraw"), "{own}");
    siti.submits(&format!("{path}/add"), &[("text", "Since Friday")])
        .await
        .is(303);
    let other = hall.town.signs_in("operator@town.test").await;
    assert!(!other.gets(&path).await.is(200).text().contains("Siti Aminah"));
    other
        .submits(&format!("{path}/add"), &[("text", "x")])
        .await
        .is(303);
    let story = hall.story(&hall.stranger(), &opened).await;
    assert_eq!(story.iter().filter(|what| *what == "request.added").count(), 1);
    assert_ne!(
        hall.town.stranger().gets("/requests/mine").await.status.as_u16(),
        200
    );
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn a_pause_and_its_limit_and_a_promise_stand_on_the_public_page() {
    use baraza::evidence::{
        self,
        model::{NewCommitment, Subject},
    };
    let hall = Hall::new().await;
    let (_, path) = filed(&hall).await;
    let code = path.rsplit('/').next().expect("a code");
    let app = &hall.town.app;
    requests::ask(app, &hall.op("unit"), code, "site", "We come on Wednesday")
        .await
        .expect("asked");
    let request = requests::find(app, code).await.expect("there");
    let promise = NewCommitment {
        promise: "Replace all lamps of the road".into(),
        owner: "dinas-pu".into(),
        owner_post: None,
        place: None,
        raised: Some(Subject::new("request", &request.id)),
        made_on: jiff::civil::date(2026, 11, 16),
        due_on: jiff::civil::date(2026, 12, 18),
    };
    let mut tx = app.db.begin().await.expect("a transaction");
    evidence::promise(&mut tx, &hall.town.system(), promise)
        .await
        .expect("promised");
    tx.commit().await.expect("committed");
    let page = hall
        .town
        .stranger()
        .gets(&format!("{path}?lang=en"))
        .await
        .is(200)
        .text();
    for part in [
        "Waiting for a visit to the site",
        "Paused 1 time of at most 2",
        "Replace all lamps of the road (by 18 December 2026)",
        "DINAS-PU: dinas-pu 1",
        "promised by the end of",
        "We come on Wednesday",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    assert!(!page.contains("Turns red"), "the clock stands still");
    hall.town.run_jobs().await;
}

#[tokio::test]
async fn others_are_told_on_request_and_nobody_silences_whoever_filed() {
    use baraza::evidence::{self, model::Subject};
    let hall = Hall::new().await;
    let (mut browser, path) = filed(&hall).await;
    let code = path.rsplit('/').next().expect("a code");
    let request = requests::find(&hall.town.app, code).await.expect("there");
    let subject = Subject::new("request", &request.id);
    let n_told = || async {
        let told = evidence::list_followers(&hall.town.app, &subject)
            .await
            .expect("listed");
        told.len()
    };
    assert_eq!(n_told().await, 1);
    let mut other = Browser::new(&hall);
    other.submits(&format!("{path}/watch"), &[]).await.is(400);
    other
        .submits(&format!("{path}/watch"), &[("phone", "12")])
        .await
        .is(400);
    other
        .submits(&format!("{path}/watch"), &[("email", "no")])
        .await
        .is(400);
    other
        .goes(&format!("{path}/watch"), &[("email", "tono@desa.id")])
        .await;
    assert_eq!(n_told().await, 2);
    other
        .goes(&format!("{path}/unwatch"), &[("email", "tono@desa.id")])
        .await;
    // A stranger who knows the number it was filed with does not learn that, and changes nothing.
    other
        .goes(&format!("{path}/unwatch"), &[("phone", "0812 3456 7890")])
        .await;
    assert_eq!(n_told().await, 1);
    browser
        .goes(&format!("{path}/unwatch"), &[("phone", "0812 3456 7890")])
        .await;
    assert_eq!(n_told().await, 0);
}
