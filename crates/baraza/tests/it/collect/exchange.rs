//! What ODK Collect sends, byte for byte as its source does it (open-rosa/…/okhttp, OpenRosaServerInstanceUploader): the head, then
//! every post of one instance, cut where its own rules cut, sent again where it would send again.

use axum::body::{Body, Bytes};
use baraza::platform::op::Role;
use futures::StreamExt;

use super::{answers, publish, rows};
use crate::town::{Answer, Town, Visitor};

const PATH: &str = "/v1/projects/1/submission?deviceID=collect%3AHnOJ3bsdMVqBzCY3";
const BOUNDARY: &str = "6c7b9cd2-4c0b-4a6e-9d28-0a2b0b2b4f4e";
/// Collect's own limit when the server names none.
const MOST_FILES: usize = 100;

/// One file of an instance: its name, Collect's content type for it, its bytes.
type File<'a> = (&'a str, &'a str, &'a [u8]);

/// A phone as Collect shows itself; that OkHttp unpacks gzip by itself is left out.
fn phone<'a>(visitor: Visitor<'a>) -> Visitor<'a> {
    visitor
        .with_header("x-openrosa-version", "1.0")
        .with_header("date", "Sun, 22 Nov 2026 05:40:00 GMT")
        .with_header("user-agent", "org.odk.collect.android/v2026.3.1 Dalvik/2.1.0")
}

/// Writes a part as OkHttp's `MultipartBody` does: disposition, type, length, in this order.
fn part(out: &mut Vec<u8>, name: &str, file: Option<&str>, kind: &str, bytes: &[u8]) {
    out.extend_from_slice(
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"").as_bytes(),
    );
    if let Some(file) = file {
        out.extend_from_slice(format!("; filename=\"{file}\"").as_bytes());
    }
    out.extend_from_slice(b"\r\n");
    if !kind.is_empty() {
        out.extend_from_slice(format!("Content-Type: {kind}\r\n").as_bytes());
    }
    out.extend_from_slice(format!("Content-Length: {}\r\n\r\n", bytes.len()).as_bytes());
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
}

/// Cuts an instance into posts as Collect does: at 101 files, or where the next one would pass what the server accepts.
fn posts(xml: &str, files: &[File<'_>], most_bytes: usize) -> Vec<Vec<u8>> {
    let mut posts = Vec::new();
    let mut at = 0;
    loop {
        let (first, mut body, mut n_bytes) = (at, Vec::new(), xml.len());
        part(
            &mut body,
            "xml_submission_file",
            Some("Household_2026-11-22_05-40-00.xml"),
            "text/xml",
            xml.as_bytes(),
        );
        while at < files.len() {
            let (name, kind, bytes) = files[at];
            part(&mut body, name, Some(name), kind, bytes);
            n_bytes += bytes.len();
            at += 1;
            let next = files.get(at);
            if next.is_some_and(|next| at - first > MOST_FILES || n_bytes + next.2.len() > most_bytes) {
                part(&mut body, "*isIncomplete*", None, "", b"yes");
                break;
            }
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        posts.push(body);
        if at >= files.len() {
            return posts;
        }
    }
}

async fn sends(visitor: &Visitor<'_>, body: impl Into<Body>) -> Answer {
    visitor
        .sends(
            "POST",
            PATH,
            &format!("multipart/form-data; boundary={BOUNDARY}"),
            body.into(),
        )
        .await
}

/// The files of the first household, by name, with the number of their bytes.
async fn here(town: &Town) -> Vec<String> {
    let files: Vec<(String, i64)> =
        sqlx::query_as("SELECT name, size_bytes FROM submission_file ORDER BY name")
            .fetch_all(town.app.db.read())
            .await
            .expect("read");
    files
        .into_iter()
        .map(|(name, size)| format!("{name} {size}"))
        .collect()
}

fn with_photo(id: &str) -> String {
    answers(id).replace("<photo/>", "<photo>1763786400123.jpg</photo>")
}

#[tokio::test]
async fn an_instance_that_is_cut_into_several_posts_is_filed_once_with_all_its_files() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = phone(town.someone(Role::Enumerator, Some("35.22.01.2001")).await);
    let head = phone.sends("HEAD", PATH, "", Body::empty()).await.is(204);
    let most: usize = head
        .header("x-openrosa-accept-content-length")
        .parse()
        .expect("a number");
    assert!(most >= 10_000_000, "{most}");
    let photo = vec![0xd8_u8; 40_000];
    let names: Vec<String> = (0..205).map(|n| format!("photo {n:03}.jpg")).collect();
    let files: Vec<File<'_>> = names
        .iter()
        .map(|name| (name.as_str(), "image/jpeg", &photo[..]))
        .collect();
    let bodies = posts(&answers("1"), &files, most);
    assert_eq!(bodies.len(), 3);
    assert!(bodies[0].windows(14).any(|bytes| bytes == b"*isIncomplete*"));
    for body in bodies {
        let told = sends(&phone, body).await.is(201);
        assert_eq!(told.header("x-openrosa-version"), "1.0");
        assert!(told.header("content-type").starts_with("text/xml"));
        assert!(
            told.text().contains("<OpenRosaResponse") && told.text().contains("nature=\"submit_success\""),
            "{}",
            told.text()
        );
    }
    assert_eq!(here(&town).await.len(), 205);
    // Cut by size, as for a server that takes less.
    let bodies = posts(&with_photo("2"), &files[..5], 100_000);
    assert_eq!(bodies.len(), 3);
    for body in bodies {
        sends(&phone, body).await.is(201);
    }
    town.run_jobs().await;
    assert_eq!(
        rows(&town, "census__household", "instance_id, n_members").await,
        ["\"uuid:1\" 2", "\"uuid:2\" 2"]
    );
}

#[tokio::test]
async fn a_phone_that_heard_no_answer_sends_all_posts_again_and_nothing_counts_twice() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = phone(town.someone(Role::Enumerator, Some("35.22.01.2001")).await);
    let files: Vec<File<'_>> = vec![
        ("1763786400123.jpg", "image/jpeg", b"\xff\xd8 the well"),
        ("audit.csv", "text/csv", b"event,node,start,end\nform start,,1,\n"),
    ];
    let xml = with_photo("1");
    let bodies = posts(&xml, &files, xml.len() + 20);
    assert_eq!(bodies.len(), 2);
    // The answer to the second post is lost; from the first on, everything comes again, twice.
    for body in bodies.iter().chain(&bodies).chain(&bodies[..1]) {
        sends(&phone, body.clone()).await.is(201);
    }
    town.run_jobs().await;
    assert_eq!(here(&town).await, ["1763786400123.jpg 11", "audit.csv 36"]);
    assert_eq!(
        rows(&town, "census__household__member", "name, age").await,
        ["\"Ann\" 43", "\"Ben\" 12"]
    );
}

#[tokio::test]
async fn a_post_that_breaks_off_leaves_nothing_and_is_taken_when_it_comes_whole() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = phone(town.someone(Role::Enumerator, Some("35.22.01.2001")).await);
    let files: Vec<File<'_>> = vec![("1763786400123.jpg", "image/jpeg", &[0xd8; 50_000])];
    let body = posts(&with_photo("1"), &files, usize::MAX).remove(0);
    let cut = sends(&phone, body[..body.len() / 2].to_vec()).await.is(400);
    assert!(cut.text().contains("Send it again"), "{}", cut.text());
    // The connection itself breaks in the middle of the photograph.
    let broken = futures::stream::iter([
        Ok(Bytes::copy_from_slice(&body[..20_000])),
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
    ]);
    sends(&phone, Body::from_stream(broken)).await.is(400);
    assert_eq!(here(&town).await, [""; 0]);
    sends(&phone, body).await.is(201);
    assert_eq!(here(&town).await, ["1763786400123.jpg 50000"]);
    town.run_jobs().await;
}

#[tokio::test]
async fn an_answer_that_the_phone_shows_is_readable_whatever_went_wrong() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = phone(town.someone(Role::Enumerator, Some("35.22.01.2001")).await);
    let laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol1 \"&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;\">\
        <!ENTITY lol2 \"&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;\">\
        <!ENTITY lol3 \"&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;\">]>\
        <data id=\"household\" version=\"1\"><village>&lol3;</village><meta><instanceID>uuid:1</instanceID></meta></data>";
    let outside = "<!DOCTYPE data [<!ENTITY file SYSTEM \"file:///etc/passwd\">]>\
        <data id=\"household\" version=\"1\"><village>&file;</village><meta><instanceID>uuid:1</instanceID></meta></data>";
    for (xml, status) in [
        (laughs.to_owned(), 400),
        (outside.to_owned(), 400),
        ("<data id=\"household\" version=\"1\"><village>".to_owned(), 400),
        ("\u{0}".to_owned(), 400),
        (answers("1").replace("id=\"household\"", "id=\"nothing\""), 404),
        (answers("1").replace("version=\"1\"", "version=\"9\""), 404),
        (
            answers("1")
                .replace("<meta>", "<other>")
                .replace("</meta>", "</other>"),
            400,
        ),
    ] {
        let told = sends(&phone, posts(&xml, &[], usize::MAX).remove(0))
            .await
            .is(status);
        let text = told.text();
        assert!(
            text.contains("<OpenRosaResponse") && text.contains("nature=\"error\""),
            "{xml}: {text}"
        );
    }
    let filed: (i64,) = sqlx::query_as("SELECT COUNT(*) FROM submission")
        .fetch_one(town.app.db.read())
        .await
        .expect("counted");
    assert_eq!(filed.0, 0);
}

#[tokio::test]
async fn a_disk_that_fails_in_the_middle_is_told_and_what_was_confirmed_stays() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = phone(town.someone(Role::Enumerator, Some("35.22.01.2001")).await);
    let first: Vec<File<'_>> = vec![("1763786400123.jpg", "image/jpeg", b"\xff\xd8 first")];
    sends(&phone, posts(&with_photo("1"), &first, usize::MAX).remove(0))
        .await
        .is(201);
    // Nothing more can be written: what is under way has no folder.
    let drafts = town
        .app
        .config
        .store()
        .expect("a folder")
        .join("blobs")
        .join("drafts");
    let _ = std::fs::remove_dir_all(&drafts);
    std::fs::write(&drafts, "").expect("written");
    let second: Vec<File<'_>> = vec![("1763786400456.jpg", "image/jpeg", &[0xd8; 300_000])];
    let body = posts(
        &answers("2").replace("<photo/>", "<photo>1763786400456.jpg</photo>"),
        &second,
        usize::MAX,
    )
    .remove(0);
    let told = sends(&phone, body.clone()).await.is(500);
    assert!(told.text().contains("<OpenRosaResponse"), "{}", told.text());
    assert_eq!(here(&town).await, ["1763786400123.jpg 8"]);
    let admin = town.admin().await;
    let photo = "/v1/projects/1/forms/household/submissions/uuid%3A1/attachments/1763786400123.jpg";
    assert_eq!(&admin.gets(photo).await.is(200).body[..], b"\xff\xd8 first");
    std::fs::remove_file(&drafts).expect("removed");
    // Collect tries again later, as it does after every failure.
    sends(&phone, body).await.is(201);
    assert_eq!(
        here(&town).await,
        ["1763786400123.jpg 8", "1763786400456.jpg 300000"]
    );
    town.run_jobs().await;
}

#[tokio::test]
async fn a_part_of_two_hundred_megabytes_is_streamed_and_one_that_is_too_long_refused() {
    let town = Town::new().await;
    publish(&town).await;
    let phone = phone(town.someone(Role::Enumerator, Some("35.22.01.2001")).await);
    // Written as it is sent, so that only what the program itself keeps could fill the memory.
    let stream = |megabytes: usize, xml: String| {
        let mut head = posts(&xml, &[], usize::MAX).remove(0);
        head.truncate(head.len() - BOUNDARY.len() - 6);
        head.extend_from_slice(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"film.mp4\"; filename=\"film.mp4\"\r\nContent-Type: video/mp4\r\n\r\n")
                .as_bytes(),
        );
        let chunk = Bytes::from(vec![7_u8; 1024 * 1024]);
        let tail = Bytes::from(format!("\r\n--{BOUNDARY}--\r\n"));
        let chunks = std::iter::once(Bytes::from(head))
            .chain(std::iter::repeat_n(chunk, megabytes))
            .chain(std::iter::once(tail));
        Body::from_stream(futures::stream::iter(chunks).map(Ok::<_, std::io::Error>))
    };
    let film = answers("1").replace("<photo/>", "<photo>film.mp4</photo>");
    sends(&phone, stream(200, film)).await.is(201);
    assert_eq!(here(&town).await, [format!("film.mp4 {}", 200 * 1024 * 1024)]);
    let told = sends(&phone, stream(260, answers("2"))).await.is(413);
    assert!(told.text().contains("<OpenRosaResponse"), "{}", told.text());
    // Answers themselves are no film.
    let long = answers("3").replace("35.22.01.2001", &"x".repeat(33 * 1024 * 1024));
    sends(&phone, posts(&long, &[], usize::MAX).remove(0))
        .await
        .is(413);
    let filed: (i64,) = sqlx::query_as("SELECT COUNT(*) FROM submission")
        .fetch_one(town.app.db.read())
        .await
        .expect("counted");
    assert_eq!(filed.0, 1);
    let left = std::fs::read_dir(
        town.app
            .config
            .store()
            .expect("a folder")
            .join("blobs")
            .join("drafts"),
    )
    .map_or(0, Iterator::count);
    assert_eq!(left, 0);
    town.run_jobs().await;
}
