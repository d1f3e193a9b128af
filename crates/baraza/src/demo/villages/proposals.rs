//! Proposals of residents: one that gathers support, one that was taken, one that was declined, one that is costed and waits.

use anyhow::Context;

use super::{
    super::{
        publishing::Desk,
        readers::reader,
        staff::{FACILITATOR, VILLAGE, VILLAGE_OFFICE},
    },
    Scene,
};
use crate::{
    catalog::contributions::callers::Caller,
    village::{
        proposals::{
            self, NewProposal, Promise,
            model::{Cost, Hands, Proposal},
        },
        voice::{self, Person, counting::Way},
    },
};

/// What somebody proposed, who supports it, and what became of it.
struct Proposed {
    title: &'static str,
    text: &'static str,
    group: &'static str,
    /// Days ago.
    ago: i64,
    /// People counted from telephones and at the desk, and hands in the hall.
    support: [u32; 3],
    /// Millions, and how they were worked out.
    cost: Option<(i64, &'static str)>,
    end: End,
}

/// What became of a proposal.
enum End {
    Open,
    /// A promise, and days from today until it is due.
    Taken(&'static str, i64),
    Declined(&'static str),
}

/// Where hands were counted, days ago.
const HALL: (&str, i64) = ("Musyawarah desa perencanaan", 69);
const MILLION: i64 = 1_000_000;
/// Numbers for the sample: 0800 is the prefix of free calls, and the sample sends nothing.
const NUMBERS: &str = "+62 800 990";

const PROPOSALS: [Proposed; 4] = [
    Proposed {
        title: "Lampu jalan dari musala ke jembatan",
        text: "Anak-anak pulang mengaji lewat jalan gelap sepanjang tiga ratus meter.",
        group: "",
        ago: 92,
        support: [23, 8, 41],
        cost: None,
        end: End::Open,
    },
    Proposed {
        title: "Penyaring air di setiap rumah di dusun kapur",
        text: "Air sumur kami keruh. Penyaring keramik cukup untuk satu keluarga dan bisa dibuat di sini.",
        group: "Kelompok PKK",
        ago: 88,
        support: [17, 11, 55],
        cost: Some((
            64,
            "Harga penyaring keramik dari dua penawaran, delapan puluh rumah.",
        )),
        end: End::Taken("Penyaring air dipasang di delapan puluh rumah.", 96),
    },
    Proposed {
        title: "Lapangan futsal beratap",
        text: "Supaya pemuda dapat berolahraga juga pada musim hujan.",
        group: "Karang Taruna",
        ago: 81,
        support: [31, 0, 12],
        cost: Some((410, "Taksiran Dinas Pekerjaan Umum untuk lapangan yang sama.")),
        end: End::Declined(
            "Biayanya hampir seluruh bidang pembangunan setahun. Lapangan di sekolah dibuka untuk umum setiap sore.",
        ),
    },
    Proposed {
        title: "Penitipan anak pada jam kerja pasar",
        text: "Kami membawa anak ke pasar sejak jam empat pagi karena tidak ada yang menjaga.",
        group: "Ibu tunggal pedagang pasar",
        ago: 34,
        support: [6, 3, 0],
        cost: Some((38, "Honor dua pengasuh dan perbaikan satu ruang balai dusun.")),
        end: End::Open,
    },
];

/// Tells all proposals; returns how many promises were made.
///
/// # Errors
/// When something is refused.
pub async fn tell(desk: &Desk<'_>, scene: &Scene<'_>) -> anyhow::Result<usize> {
    let mut n_promises = 0;
    for (number, proposed) in (1..).zip(&PROPOSALS) {
        let code = make(desk, scene, proposed).await?;
        support(desk, &code, proposed, number).await?;
        if let Some((millions, basis)) = proposed.cost {
            let op = desk.on(VILLAGE, proposed.ago - 25)?;
            let cost = Cost {
                amount: millions * MILLION,
                currency: "IDR".to_owned(),
                basis: basis.to_owned(),
            };
            let known = proposals::find(desk.app, &code).await?;
            proposals::cost(desk.app, &op, &known, &cost)
                .await
                .with_context(|| format!("cost: {}", proposed.title))?;
        }
        n_promises += end(desk, &code, proposed).await?;
    }
    Ok(n_promises)
}

async fn make(desk: &Desk<'_>, scene: &Scene<'_>, proposed: &Proposed) -> anyhow::Result<String> {
    let op = reader(desk.days.at(desk.day(-proposed.ago), 19));
    let new = NewProposal {
        place: scene.village.code.clone(),
        title: proposed.title.to_owned(),
        text: proposed.text.to_owned(),
        group: proposed.group.to_owned(),
        phone: format!("{NUMBERS} 0000"),
        email: String::new(),
    };
    let made = proposals::make(desk.app, &op, Caller::default(), &new)
        .await
        .with_context(|| format!("propose: {}", proposed.title))?;
    Ok(made.code)
}

/// Counts everybody once, and hands in the hall.
async fn support(desk: &Desk<'_>, code: &str, proposed: &Proposed, number: u32) -> anyhow::Result<()> {
    let [n_phone, n_desk, n_hands] = proposed.support;
    let known = proposals::find(desk.app, code).await?;
    let op = reader(desk.days.at(desk.day(3 - proposed.ago), 20));
    let mut tx = desk.app.db.begin().await?;
    for caller in 1..=n_phone {
        let typed = format!("{NUMBERS} {number}{caller:03}");
        let phone = voice::phone(desk.app, &typed).context("read a number of the sample regency")?;
        proposals::support(&mut tx, &op, &known, &Person::Phone(phone), Way::Phone).await?;
    }
    tx.commit().await?;
    let op = desk.on(VILLAGE, proposed.ago - 5)?;
    for visitor in 1..=n_desk {
        let person = Person::Named {
            name: format!("Warga {number}-{visitor}"),
            birth_year: 1990,
        };
        proposals::support_at_desk(desk.app, &op, &known, &person).await?;
    }
    if n_hands > 0 {
        count_hands(desk, &known, n_hands).await?;
    }
    Ok(())
}

async fn count_hands(desk: &Desk<'_>, known: &Proposal, n: u32) -> anyhow::Result<()> {
    let (occasion, ago) = HALL;
    let op = desk.on(FACILITATOR, ago - 1)?;
    let hands = Hands {
        held_on: desk.day(-ago),
        occasion: occasion.to_owned(),
        n,
    };
    proposals::count_hands(desk.app, &op, known, &hands)
        .await
        .context("count hands for a proposal")?;
    Ok(())
}

/// Ends a proposal; returns how many promises it led to.
async fn end(desk: &Desk<'_>, code: &str, proposed: &Proposed) -> anyhow::Result<usize> {
    let op = desk.on(VILLAGE, proposed.ago - 30)?;
    let known = proposals::find(desk.app, code).await?;
    match proposed.end {
        End::Open => Ok(0),
        End::Declined(why) => {
            proposals::decline(desk.app, &op, &known, why)
                .await
                .with_context(|| format!("decline: {}", proposed.title))?;
            Ok(0)
        }
        End::Taken(promise, due) => {
            let promise = Promise {
                promise: promise.to_owned(),
                owner: VILLAGE_OFFICE.to_owned(),
                post: "Kepala urusan perencanaan".to_owned(),
                due_on: desk.day(due).to_string(),
            };
            proposals::take(desk.app, &op, &known, &promise)
                .await
                .with_context(|| format!("take: {}", proposed.title))?;
            Ok(1)
        }
    }
}
