//! What readers of the sample's open data brought: data they want, remarks, something they made, a question in SQL that is cited.

use anyhow::Context;
use jiff::{ToSpan, civil::Date};

use super::{publishing::Desk, staff::WALIDATA, world::settlement::REGENCY_CODE};
use crate::{
    catalog::{
        contributions::{
            self,
            callers::Caller,
            model::{Decision, Kind, Sent},
        },
        sql::{self, NewQuery},
    },
    platform::{
        i18n::Lang,
        op::{Op, Who},
        time::Time,
    },
};

/// Others who need the data that was promised, too.
const N_OTHERS: usize = 6;
/// Days until promised data are to be there.
const PROMISED_IN_DAYS: i64 = 30;
const ASKED: &str =
    "SELECT village, COUNT(*) AS points, SUM(CASE WHEN condition = 'broken' THEN 1 ELSE 0 END) AS broken
FROM water_points
GROUP BY village
ORDER BY broken DESC, village
LIMIT 10";

/// Tells what readers brought and what was decided; returns how many promises were made.
///
/// # Errors
/// When something is refused.
pub async fn tell(desk: &Desk<'_>) -> anyhow::Result<usize> {
    want_budgets(desk).await?;
    want_lorries(desk).await?;
    let prices = wanted(
        "Harga pangan harian per pasar",
        "Harga beras, cabai, telur, dan minyak setiap hari di setiap pasar, supaya warung dan pembeli dapat membandingkan.",
        "economy",
    );
    desk.receive(Kind::Wanted, None, prices, desk.days.ago(1)).await?;
    remark(desk).await?;
    show_a_map(desk).await?;
    keep_a_question(desk).await?;
    // The lorries.
    Ok(1)
}

/// Data that were there already.
async fn want_budgets(desk: &Desk<'_>) -> anyhow::Result<()> {
    let last = desk.days.today.year() - 1;
    let sent = wanted(
        &format!("Anggaran desa {last}"),
        "Kami ingin membandingkan belanja desa kami dengan desa tetangga.",
        "economy",
    );
    let code = desk.receive(Kind::Wanted, None, sent, desk.days.ago(40)).await?;
    let answered = Decision::Provide {
        dataset: format!("village-budget-{last}"),
        answer: "Datanya sudah terbit, lengkap dengan realisasi belanja.".to_owned(),
    };
    desk.decide(&code, &answered, desk.days.ago(36)).await
}

/// Data that an office promised.
async fn want_lorries(desk: &Desk<'_>) -> anyhow::Result<()> {
    let days = &desk.days;
    let sent = wanted(
        "Jadwal dan rute mobil tangki air",
        "Desa mana yang didatangi, hari apa, dan berapa liter. Sekarang kami menunggu tanpa tahu.",
        "water",
    );
    let code = desk.receive(Kind::Wanted, None, sent, days.ago(14)).await?;
    let promised = Decision::Plan {
        owner: "dinas-pu".to_owned(),
        due_on: days.today.saturating_add(PROMISED_IN_DAYS.days()),
        answer: "Dinas Pekerjaan Umum menerbitkan jadwalnya setiap bulan mulai bulan depan.".to_owned(),
    };
    desk.decide(&code, &promised, days.ago(10)).await?;
    for _ in 0..N_OTHERS {
        contributions::support(
            desk.app,
            &reader(days.at(days.ago(9), 20)),
            Caller::default(),
            &code,
        )
        .await
        .context("support what readers of the sample want")?;
    }
    Ok(())
}

async fn remark(desk: &Desk<'_>) -> anyhow::Result<()> {
    let remarks = [
        (
            "water-points",
            "Titik air di dekat balai desa kami sudah diperbaiki bulan lalu; terima kasih.",
            11,
        ),
        (
            "villages",
            "Apakah jarak ke kota kecamatan diukur lewat jalan atau garis lurus? Akan lebih jelas bila ditulis.",
            7,
        ),
    ];
    for (dataset, text, ago) in remarks {
        let sent = Sent {
            text: text.to_owned(),
            ..Sent::default()
        };
        let code = desk
            .receive(Kind::Comment, Some(dataset), sent, desk.days.ago(ago))
            .await?;
        desk.decide(&code, &Decision::Show, desk.days.ago(ago - 1))
            .await?;
    }
    Ok(())
}

async fn show_a_map(desk: &Desk<'_>) -> anyhow::Result<()> {
    let sent = Sent {
        title: "Peta titik air terdekat".to_owned(),
        text: "Peta untuk telepon genggam yang menunjukkan titik air terdekat yang berfungsi.".to_owned(),
        url: "https://peta-air.example/ranumaya".to_owned(),
        name: "Karang Taruna Ranumaya".to_owned(),
        dataset: "water-points".to_owned(),
        ..Sent::default()
    };
    let code = desk
        .receive(Kind::Showcase, None, sent, desk.days.ago(13))
        .await?;
    desk.decide(&code, &Decision::Show, desk.days.ago(12)).await
}

/// A citizen's question, with an address that gives the same answer for ever.
async fn keep_a_question(desk: &Desk<'_>) -> anyhow::Result<()> {
    let days = &desk.days;
    let asked = NewQuery {
        title: "Desa dengan titik air rusak terbanyak".to_owned(),
        about: "Sepuluh desa pertama. The ten villages with the most broken water points.".to_owned(),
        sql: ASKED.to_owned(),
    };
    let citizen = desk.op("citizen", days.at(days.ago(9), 19))?;
    let code = sql::save(desk.app, &citizen, asked)
        .await
        .context("keep a question about the sample's data")?;
    let steward = desk.op(WALIDATA, days.at(days.ago(8), 10))?;
    sql::show(desk.app, &steward, &code, true)
        .await
        .context("show a question about the sample's data")
}

impl Desk<'_> {
    /// Takes what a reader sends on a day; returns its code.
    async fn receive(
        &self,
        kind: Kind,
        dataset: Option<&str>,
        sent: Sent,
        on: Date,
    ) -> anyhow::Result<String> {
        let op = reader(self.days.at(on, 20));
        contributions::send(self.app, &op, Caller::default(), kind, dataset, sent)
            .await
            .with_context(|| format!("send what a reader of the sample brings ({})", kind.as_str()))
    }

    /// The steward of all data decides what becomes of it.
    async fn decide(&self, code: &str, decision: &Decision, on: Date) -> anyhow::Result<()> {
        let steward = self.op(WALIDATA, self.days.at(on, 9))?;
        contributions::decide(self.app, &steward, code, decision)
            .await
            .context("decide what becomes of what a reader of the sample brought")
    }
}

/// Somebody who does not sign in.
pub(super) fn reader(at: Time) -> Op {
    Op {
        who: Who::Anyone,
        lang: Lang::Id,
        ..Op::system(at)
    }
}

fn wanted(title: &str, text: &str, theme: &str) -> Sent {
    Sent {
        title: title.to_owned(),
        text: text.to_owned(),
        theme: theme.to_owned(),
        place: REGENCY_CODE.to_owned(),
        ..Sent::default()
    }
}
