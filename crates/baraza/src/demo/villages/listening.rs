//! What groups said apart from any score: notes with consent, coded by two, a sentence that may be quoted, and a report of the village.

use anyhow::Context;

use super::{
    super::{
        acting::{INDICATOR, RELEASES},
        publishing::Desk,
        staff::{COACH, FACILITATOR, address},
        world::settlement::REGENCY_CODE,
    },
    Scene,
};
use crate::{
    listening::{
        codebook,
        coding::{self, Keeps},
        hotspots,
        model::{
            codebook::Wording,
            hotspot::TypedBlock,
            note::{NewNote, Typed},
        },
        notes, quotations,
    },
    platform::op::Op,
};

/// Days ago: the code book was worded, notes were coded, differences settled, a sentence released, the report published.
const DAYS: [i64; 5] = [41, 18, 15, 13, 10];

/// Code, title, when it is given.
const CODES: [(&str, &str, &str); 4] = [
    (
        "jauh",
        "Terlalu jauh",
        "Jarak atau ongkos jalan membuat orang tidak datang.",
    ),
    (
        "biaya",
        "Tidak sanggup bayar",
        "Biaya layanan itu sendiri, bukan ongkos jalan.",
    ),
    (
        "malu",
        "Malu atau takut",
        "Orang tidak datang karena cara mereka diperlakukan atau dilihat.",
    ),
    (
        "upah",
        "Kerja tidak tetap",
        "Hari kerja atau upah yang tidak pasti.",
    ),
];

/// Positions of paragraphs with the codes that each of two coders gave them.
type Codes = [&'static [(i64, &'static str)]; 2];

/// A talk, with the codes that each of two coders gave its paragraphs.
struct Talk {
    kind: &'static str,
    group: &'static str,
    name: &'static str,
    n_present: &'static str,
    ago: i64,
    text: &'static str,
    may_report: &'static str,
    /// None for a talk that nobody codes.
    codes: Option<Codes>,
}

const TALKS: [Talk; 4] = [
    Talk {
        kind: "focus-group",
        group: "women",
        name: "",
        n_present: "11",
        ago: 32,
        text: "Puskesmas jauh, pulang pergi habis setengah hari.\n\n\
               Kalau anak panas malam hari, kami menunggu pagi karena tidak ada kendaraan.\n\n\
               Obatnya gratis, tetapi ojeknya tidak.",
        may_report: "yes",
        codes: Some([
            &[(1, "jauh"), (2, "jauh"), (3, "biaya")],
            &[(1, "jauh"), (2, "jauh"), (3, "jauh")],
        ]),
    },
    Talk {
        kind: "focus-group",
        group: "own",
        name: "Ibu tunggal",
        n_present: "7",
        ago: 30,
        text: "Di loket kami ditanya soal suami, jadi kami lebih baik tidak datang.\n\n\
               Kerja di pasar hanya empat belas hari sebulan, dan upahnya tidak tentu.\n\n\
               Kursus menjahit bagus, tetapi anak kami tidak ada yang menjaga.",
        may_report: "yes",
        codes: Some([&[(1, "malu"), (2, "upah")], &[(1, "malu"), (2, "upah")]]),
    },
    Talk {
        kind: "focus-group",
        group: "men",
        name: "",
        n_present: "8",
        ago: 29,
        text: "Panen sekali setahun, sesudah itu kami mencari kerja di kota.\n\n\
               Di kota pun kerjanya dua atau tiga hari seminggu.",
        may_report: "yes",
        codes: None,
    },
    Talk {
        kind: "key-informant",
        group: "older",
        name: "",
        n_present: "1",
        ago: 27,
        text: "Dulu ada posyandu lansia setiap bulan. Sejak kadernya pindah tidak ada lagi.",
        may_report: "no",
        codes: None,
    },
];

/// The sentence that is quoted, of the second talk.
const QUOTED: (i64, &str) = (
    2,
    "Kerja di pasar hanya empat belas hari sebulan, dan upahnya tidak tentu.",
);

/// Tells all of it.
///
/// # Errors
/// When something is refused.
pub async fn tell(desk: &Desk<'_>, scene: &Scene<'_>) -> anyhow::Result<()> {
    let [worded, coded, settled, released, published] = DAYS;
    let op = desk.on(FACILITATOR, worded)?;
    for (code, title, apply_when) in CODES {
        let wording = Wording::parse(title, apply_when, "", "")?;
        codebook::word(desk.app, &op, code, 0, wording, "")
            .await
            .with_context(|| format!("word the code {code}"))?;
    }
    let mut written = Vec::with_capacity(TALKS.len());
    for talk in &TALKS {
        written.push(write(desk, scene, talk).await?);
    }
    for (note, talk) in written.iter().zip(&TALKS) {
        if let Some(codes) = talk.codes {
            code(desk, note, coded, codes).await?;
            settle(desk, note, settled).await?;
        }
    }
    let quotation = quote(desk, &written[1], released).await?;
    report(desk, scene, &quotation, published).await
}

async fn write(desk: &Desk<'_>, scene: &Scene<'_>, talk: &Talk) -> anyhow::Result<String> {
    let owned = |text: &str| text.to_owned();
    let typed = Typed {
        kind: owned(talk.kind),
        place: scene.village.code.clone(),
        group: owned(talk.group),
        group_name: owned(talk.name),
        n_present: owned(talk.n_present),
        held_on: desk.day(-talk.ago).to_string(),
        questions: owned("Apa yang paling sulit bulan ini?\nSiapa yang tidak pernah didengar?"),
        text: owned(talk.text),
        words: owned("Bolehkah yang Anda katakan dihitung dalam laporan desa, dan dikutip tanpa nama?"),
        may_report: owned(talk.may_report),
        may_quote_named: owned(talk.may_report),
        may_quote_unnamed: owned(talk.may_report),
        ..Typed::default()
    };
    let new = NewNote::parse(&typed, desk.day(-talk.ago))?;
    notes::write(desk.app, &desk.on(FACILITATOR, talk.ago)?, &new)
        .await
        .with_context(|| format!("note what {} said", talk.group))
}

/// Gives a note its two coders, who code it apart and say that they are done.
async fn code(desk: &Desk<'_>, note: &str, ago: i64, codes: Codes) -> anyhow::Result<()> {
    let op = desk.on(FACILITATOR, ago + 1)?;
    let seen = notes::find(desk.app, &op, note).await?;
    notes::assign_coders(desk.app, &op, &seen, &address(FACILITATOR), &address(COACH))
        .await
        .context("give a note its coders")?;
    for (account, given) in [FACILITATOR, COACH].into_iter().zip(codes) {
        let op = desk.on(account, ago)?;
        let given: Vec<(i64, String)> = given
            .iter()
            .map(|(position, code)| (*position, (*code).to_owned()))
            .collect();
        let seen = notes::find(desk.app, &op, note).await?;
        coding::save(desk.app, &op, &seen, &given).await?;
        coding::finish(desk.app, &op, &seen)
            .await
            .with_context(|| format!("code a note as {account}"))?;
    }
    Ok(())
}

/// Settles what the coders gave differently: what only one of them gave is not kept.
async fn settle(desk: &Desk<'_>, note: &str, ago: i64) -> anyhow::Result<()> {
    let op = desk.on(FACILITATOR, ago)?;
    let seen = notes::find(desk.app, &op, note).await?;
    for difference in coding::read(desk.app, &op, &seen).await?.open {
        let keeps = Keeps {
            is_kept: difference.code == "jauh",
            why: "Yang mahal adalah ojeknya, bukan obatnya; buku kode menyebut ongkos jalan di bawah jarak."
                .to_owned(),
        };
        coding::settle(desk.app, &op, &seen, difference.position, &difference.code, keeps)
            .await
            .context("settle what two coders gave differently")?;
    }
    Ok(())
}

/// Proposes a sentence, which the other looks at for names and releases; returns its id.
async fn quote(desk: &Desk<'_>, note: &str, ago: i64) -> anyhow::Result<String> {
    let (position, text) = QUOTED;
    let op = desk.on(FACILITATOR, ago + 1)?;
    let seen = notes::find(desk.app, &op, note).await?;
    quotations::propose(desk.app, &op, &seen, position, text, "named")
        .await
        .context("propose a quotation")?;
    let op = desk.on(COACH, ago)?;
    let seen = notes::find(desk.app, &op, note).await?;
    let proposed = quotations::list(desk.app, &seen).await?;
    let quotation = proposed.first().context("find the quotation")?;
    quotations::release(desk.app, &op, &seen, &quotation.id, "yes")
        .await
        .context("release a quotation")?;
    Ok(quotation.id.clone())
}

/// Composes a report of the village, which somebody else publishes.
async fn report(desk: &Desk<'_>, scene: &Scene<'_>, quotation: &str, ago: i64) -> anyhow::Result<()> {
    let op = desk.on(FACILITATOR, ago + 1)?;
    let title = format!("Empat belas hari kerja: {}", scene.village.name);
    let code = hotspots::begin(desk.app, &op, &scene.village.code, &title)
        .await
        .context("begin a report of a village")?;
    for block in blocks(quotation) {
        add(desk, &op, &code, &block).await?;
    }
    let leader = desk.on("leader", ago)?;
    let draft = hotspots::find_own(desk.app, &leader, &code).await?;
    hotspots::publish(desk.app, &leader, &draft, "")
        .await
        .context("publish a report of a village")
}

async fn add(desk: &Desk<'_>, op: &Op, code: &str, block: &TypedBlock) -> anyhow::Result<()> {
    let draft = hotspots::find_own(desk.app, op, code).await?;
    hotspots::add_block(desk.app, op, &draft, block)
        .await
        .with_context(|| format!("add the block {}", block.kind))
}

fn blocks(quotation: &str) -> [TypedBlock; 6] {
    let block = |kind: &str, title: &str, text: &str| TypedBlock {
        kind: kind.to_owned(),
        title: title.to_owned(),
        text: text.to_owned(),
        ..TypedBlock::default()
    };
    [
        block(
            "text",
            "Mengapa desa ini",
            "Setengah tahun sesudah panen tidak ada kerja tetap, dan layanan terdekat jauh.",
        ),
        block("groups", "", "Siapa yang didengar, dan berapa orang."),
        TypedBlock {
            number: format!("/n/{}/{INDICATOR}/{REGENCY_CODE}/2026", RELEASES[1]),
            ..block("figure", "", "Angka kabupaten, sebagai pembanding.")
        },
        TypedBlock {
            href: format!("/indicators/{INDICATOR}"),
            ..block(
                "survey",
                "Sensus rumah tangga",
                "Pertanyaan tentang kerja diajukan kepada setiap orang dewasa.",
            )
        },
        TypedBlock {
            code: "jauh".to_owned(),
            ..block("theme", "", "Jarak disebut lebih sering daripada biaya.")
        },
        TypedBlock {
            quotation: quotation.to_owned(),
            ..block("quotation", "", "")
        },
    ]
}
