//! What the offices' tables mean: the standards that their columns follow, what names their rows, and what is said of them in the
//! metadata forms of BPS.

use anyhow::Context;
use serde_json::json;

use super::{
    publishing::Desk,
    staff::{WALIDATA, producer_of},
};
use crate::catalog::{
    metadata,
    standards::{self, Package, checks},
    versions,
};

/// A table with the office that makes it, what names its rows, and columns with the standards they follow.
struct Explained {
    slug: &'static str,
    office: &'static str,
    key: &'static str,
    columns: &'static [(&'static str, &'static str)],
}

const EXPLAINED: [Explained; 2] = [
    Explained {
        slug: "villages",
        office: "bappeda",
        key: "village_code",
        columns: &[
            ("village_code", "village"),
            ("area_km2", AREA),
            ("households", HOUSEHOLDS),
            ("on_the_coast", "yes-no"),
        ],
    },
    Explained {
        slug: "water-points",
        office: "dinas-pu",
        key: "water_point",
        columns: &[
            ("village_code", "village"),
            ("condition", CONDITION),
            ("brackish_ground", "yes-no"),
        ],
    },
];
const CONDITION: &str = "water-point-condition";
const AREA: &str = "area-km2";
const HOUSEHOLDS: &str = "household-count";
const SOURCE: &str = "Kominfo Ranumaya";
/// Every standard that is followed here has one version.
const VERSION: &str = "1";

/// What is said of the villages, everything that the forms ask; the keys are those of the forms.
const VILLAGES: [(&str, &str); 37] = [
    ("activity", "Kompilasi data pokok desa"),
    ("activity-code", "RNM-BAP-001"),
    ("address", "Jalan Alun-alun 1, Ranumaya"),
    ("responsible-unit", "Bidang Data Bappeda Ranumaya"),
    ("responsible-post", "Kepala Bidang Data"),
    (
        "background",
        "Perencanaan desa memerlukan satu daftar desa yang sama untuk semua perangkat daerah.",
    ),
    (
        "purpose",
        "Menyediakan luas, jumlah rumah tangga, dan keadaan alam setiap desa bagi perencanaan dan evaluasi.",
    ),
    (
        "schedule",
        "Pengumpulan setiap triwulan; terbit pada akhir triwulan.",
    ),
    ("repetition", "Berulang"),
    ("method", "Kompilasi produk administrasi"),
    ("collection", "Sensus rumah tangga dan pengukuran peta"),
    ("unit-observed", "Desa"),
    ("population", "Semua desa dan kelurahan di kabupaten"),
    ("frame", "Daftar wilayah kabupaten"),
    ("sampling", "Tanpa sampel: semua desa didata."),
    ("sample-size", "Tidak ada"),
    ("sampling-error", "Tidak ada"),
    ("pilot", "Tidak"),
    ("training", "Ya, bagi pencatat kelompok dasawisma"),
    ("quality", "Setiap desa memeriksa barisnya sebelum daftar terbit."),
    ("processing", "Penyuntingan, pencocokan kode wilayah, tabulasi."),
    ("analysis", "Deskriptif"),
    ("level", "Desa"),
    ("reference-period", "Triwulan"),
    (
        "reference-choice",
        "Mengikuti titik periksa B03, B06, B09, dan B12",
    ),
    ("question", "Berapa rumah tangga yang tinggal di desa ini?"),
    ("concept", "Rumah tangga desa"),
    (
        "definition",
        "Jumlah rumah tangga yang tinggal di desa pada hari sensus.",
    ),
    (
        "interpretation",
        "Semakin besar jumlahnya, semakin banyak rumah tangga yang perlu dilayani desa.",
    ),
    (
        "formula",
        "Penjumlahan rumah tangga semua kelompok dasawisma di desa",
    ),
    ("measure", "Jumlah"),
    ("unit", "Rumah tangga"),
    ("classification", "Wilayah administrasi"),
    ("composing-indicators", "Tidak ada"),
    ("contributor", "Pemerintah desa"),
    ("language", "id"),
    ("relation", "Anggaran desa"),
];
/// What is said of the water points so far: about half of what is asked.
const WATER_POINTS: [(&str, &str); 17] = [
    ("activity", "Pendataan titik air umum"),
    ("responsible-unit", "Bidang Air Minum Dinas Pekerjaan Umum"),
    ("responsible-post", "Kepala Bidang Air Minum"),
    (
        "purpose",
        "Mengetahui titik air yang rusak supaya dapat diperbaiki.",
    ),
    ("schedule", "Setiap triwulan"),
    ("repetition", "Berulang"),
    ("method", "Kompilasi produk administrasi"),
    ("collection", "Kunjungan petugas ke titik air"),
    ("unit-observed", "Titik air umum"),
    ("population", "Semua titik air umum di kabupaten"),
    ("level", "Desa"),
    ("reference-period", "Triwulan"),
    ("concept", "Titik air umum"),
    ("definition", "Sarana air yang boleh dipakai setiap orang."),
    ("measure", "Jumlah"),
    ("unit", "Titik"),
    ("language", "id"),
];

/// Says what the tables mean.
///
/// # Errors
/// When something is refused.
pub async fn tell(desk: &Desk<'_>) -> anyhow::Result<()> {
    let days = &desk.days;
    let keeper = desk.op(WALIDATA, days.at(days.ago(18), 9))?;
    standards::enter(desk.app, &keeper, own_standards()?)
        .await
        .context("enter the standards of the sample regency")?;
    for explained in &EXPLAINED {
        let op = desk.op(&producer_of(explained.office), days.at(days.ago(17), 10))?;
        let table = desk.table(&op, explained.slug).await?;
        let mut tx = desk.app.db.begin().await?;
        versions::declare_key(&mut tx, &op, &table, &[explained.key]).await?;
        tx.commit().await?;
        for (column, standard) in explained.columns {
            let followed = Some((*standard, VERSION));
            standards::assign(desk.app, &op, &table, column, followed)
                .await
                .with_context(|| format!("say which standard {column} of {} follows", explained.slug))?;
            checks::try_to_check(desk.app, &op, &table, column, checks::brief()).await?;
        }
    }
    describe(desk, "villages", "bappeda", &VILLAGES).await?;
    describe(desk, "water-points", "dinas-pu", &WATER_POINTS).await
}

async fn describe(desk: &Desk<'_>, slug: &str, office: &str, said: &[(&str, &str)]) -> anyhow::Result<()> {
    let op = desk.op(&producer_of(office), desk.days.at(desk.days.ago(16), 10))?;
    let said: Vec<(String, String)> = said
        .iter()
        .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()))
        .collect();
    metadata::save(desk.app, &op, slug, &said)
        .await
        .with_context(|| format!("describe the dataset {slug}"))
}

/// The regency's own standards: how a water point can be, areas, and how many households there are.
fn own_standards() -> anyhow::Result<Package> {
    let words = |en: &str, id: &str| json!({ "en": en, "id": id });
    let package = json!({
        "codelists": [{
            "code": CONDITION,
            "version": VERSION,
            "title": words("Condition of a water point", "Kondisi titik air"),
            "source": SOURCE,
            "items": [
                { "code": "working", "label": words("Working", "Berfungsi") },
                { "code": "broken", "label": words("Broken", "Rusak") },
            ],
        }],
        "standards": [
            {
                "code": CONDITION,
                "version": VERSION,
                "title": words("Condition of a water point", "Kondisi titik air"),
                "concept": words("Water point", "Titik air"),
                "definition": words(
                    "Whether water came from it on the day of the visit.",
                    "Apakah airnya keluar pada hari kunjungan.",
                ),
                "classification": { "codelist": CONDITION, "version": VERSION },
                "measure": words("State", "Keadaan"),
                "unit": words("None", "Tidak ada"),
                "source": SOURCE,
            },
            {
                "code": AREA,
                "version": VERSION,
                "title": words("Area", "Luas wilayah"),
                "concept": words("Area of a place", "Luas wilayah"),
                "definition": words(
                    "The land within its boundary, as measured on the map.",
                    "Daratan di dalam batas wilayah menurut pengukuran peta.",
                ),
                "measure": words("Area", "Luas"),
                "unit": words("Square kilometres", "Kilometer persegi"),
                "source": SOURCE,
                "least": 0,
            },
            {
                "code": HOUSEHOLDS,
                "version": VERSION,
                "title": words("Number of households", "Jumlah rumah tangga"),
                "concept": words("Household", "Rumah tangga"),
                "definition": words(
                    "People who live and eat together, counted on the day of the census.",
                    "Orang yang tinggal dan makan bersama, dihitung pada hari sensus.",
                ),
                "measure": words("Count", "Jumlah"),
                "unit": words("Households", "Rumah tangga"),
                "source": SOURCE,
                "least": 0,
            },
        ],
    });
    serde_json::from_value(package).context("read the standards of the sample regency")
}
