//! Prints how long it takes to find who is likely in a list of members already (issue 4).
//!
//! `cargo run --profile quick -p baraza --example households [MEMBERS] [DATABASE_URL]`; without them 115,000 in a new SQLite folder.

use std::time::{Duration, Instant};

use baraza::{
    collect::{
        self,
        entities::{self, NewEntity, Origin, lists::ListChange},
        households::{self, model::PairState},
    },
    places::{self, NewList, import::Options},
    platform::{
        app::App,
        config::{Config, Settings},
        jobs,
        op::Op,
        time::{Clock, Time},
    },
    reactions,
};

/// 2026-11-16, 09:00 in Jakarta.
const START: Time = Time(1_794_794_400_000_000);
const VILLAGES: usize = 60;
const AT_ONCE: usize = 5_000;
const ASKED: usize = 300;
const FIRST: [&str; 32] = [
    "Siti", "Muhammad", "Sri", "Ahmad", "Nur", "Dewi", "Agus", "Budi", "Slamet", "Sugeng", "Wahyu", "Eko",
    "Rina", "Lestari", "Suparman", "Yanti", "Joko", "Indah", "Bambang", "Ratna", "Hasan", "Fitri", "Kusuma",
    "Rudi", "Tri", "Endang", "Supri", "Wati", "Yusuf", "Aisyah", "Tono", "Mulyono",
];
const SYLLABLES: [&str; 24] = [
    "su", "har", "ti", "no", "wi", "ra", "man", "yan", "to", "se", "ti", "a", "wan", "ka", "mi", "dar", "mo",
    "ning", "sih", "lis", "ta", "ri", "ya", "di",
];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let n: usize = std::env::args().nth(1).map_or(Ok(115_000), |n| n.parse())?;
    let folder = tempfile::tempdir_in(".")?;
    let settings = Settings {
        data: Some(folder.path().to_owned()),
        database_url: std::env::args().nth(2),
        language: Some("id".into()),
        ..Settings::default()
    };
    let app = App::open(
        Config::settle(settings, None)?,
        Clock::stopped(START),
        reactions::all(),
    )
    .await?;
    let op = Op::system(START);
    import_places(&app, &op).await?;
    let project = collect::save_project(&app, &op, "Census", None).await?;
    let list = entities::lists::add(&app, &op, &project, "members", ListChange::default()).await?;
    for property in ["full_name", "age", "sex", "village"] {
        entities::lists::add_property(&app, &op, &list, property).await?;
    }
    let list = entities::lists::find(&app, &op, &project, "members").await?;
    let origin = Origin {
        kind: "upload",
        ..Origin::default()
    };
    let began = Instant::now();
    let mut random = Random(7);
    let mut asked = Vec::new();
    for from in (0..n).step_by(AT_ONCE) {
        let some: Vec<NewEntity> = (from..(from + AT_ONCE).min(n))
            .map(|_| somebody(&mut random))
            .collect();
        asked.extend(some.iter().step_by((n / ASKED).max(1)).cloned());
        entities::add(&app, &op, &list, some, &origin).await?;
    }
    println!("{n} members taken in: {:.1?}", began.elapsed());
    let began = Instant::now();
    while jobs::run_due(&app).await? > 0 {}
    let spent = began.elapsed();
    println!(
        "keys made and pairs looked for: {spent:.1?}, {:.2} ms each",
        spent.as_secs_f64() * 1000.0 / n as f64
    );
    let found = households::pairs(&app, &op, &list, PairState::Open, 0, 1_000_000)
        .await?
        .len();
    println!("likely pairs: {found}");
    let mut spans: Vec<Duration> = Vec::new();
    let mut n_found = 0;
    for one in &asked {
        let began = Instant::now();
        n_found += usize::from(
            households::find_likely(&app, &op, &list, &one.label, &one.data)
                .await?
                .is_some(),
        );
        spans.push(began.elapsed());
    }
    spans.sort();
    let at = |share: usize| spans[(spans.len() - 1) * share / 100];
    println!(
        "candidates of one among {n}: median {:.1?}, 95 % {:.1?}, longest {:.1?}; {n_found} of {} found themselves",
        at(50),
        at(95),
        at(100),
        asked.len()
    );
    app.db.close().await;
    Ok(())
}

fn somebody(random: &mut Random) -> NewEntity {
    let word = |random: &mut Random| {
        let n = 2 + random.below(2);
        let word: String = (0..n).map(|_| SYLLABLES[random.below(SYLLABLES.len())]).collect();
        word
    };
    let name = format!("{} {}", FIRST[random.below(FIRST.len())], word(random));
    let data = [
        ("full_name", name.clone()),
        ("age", random.below(85).to_string()),
        ("sex", ["l", "p"][random.below(2)].to_owned()),
        ("village", format!("35.22.{:03}", random.below(VILLAGES))),
    ];
    NewEntity {
        label: name,
        data: data
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        ..NewEntity::default()
    }
}

async fn import_places(app: &App, op: &Op) -> anyhow::Result<()> {
    let mut text = "code,name,parent\n35.22,Regency,\n".to_owned();
    for village in 0..VILLAGES {
        text += &format!("35.22.{village:03},Village {village},35.22\n");
    }
    let list = NewList {
        file_name: "places.csv".into(),
        bytes: text.into(),
        options: Options {
            level: Some("regency,village".into()),
            ..Options::default()
        },
    };
    places::import(app, op, list, &|_, _| ()).await?;
    jobs::run_due(app).await?;
    Ok(())
}

/// Numbers that are the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % n
    }
}
