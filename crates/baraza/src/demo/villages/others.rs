//! Score cards at other stages: a school that did not come, a water point whose groups are still heard, a desk that is only planned for.

use super::{
    super::{publishing::Desk, staff::FACILITATOR},
    Scene,
    facilities::{LICENSING, SCHOOL, WATER},
    rounds::{self, Criterion, Fate, Group, Promised, counted, given},
};
use crate::scorecards::model::round::Scale;

/// Days ago: planned, meeting; at the school.
const AT_SCHOOL: [i64; 2] = [172, 160];

/// Two of these groups are too small to be shown apart, and stand together as others.
const OF_SCHOOL: [Group; 4] = [
    Group {
        code: "women",
        name: None,
        n_present: &[12],
        criteria: &[
            Criterion {
                words: "Guru hadir setiap hari",
                standard: Some("staff-present"),
                given: &[counted(
                    50,
                    [1, 3, 6, 2, 0],
                    "Guru kelas tiga sering menggantikan kelas lain.",
                    "Guru pengganti dari desa.",
                )],
            },
            Criterion {
                words: "Tidak ada pungutan",
                standard: Some("cost"),
                given: &[counted(
                    25,
                    [3, 6, 2, 1, 0],
                    "Uang lembar kerja diminta setiap semester.",
                    "Daftar biaya ditempel di sekolah.",
                )],
            },
        ],
    },
    Group {
        code: "men",
        name: None,
        n_present: &[9],
        criteria: &[Criterion {
            words: "Guru datang tepat waktu",
            standard: Some("staff-present"),
            given: &[counted(
                75,
                [0, 1, 2, 5, 1],
                "Sejak jalan diperbaiki guru jarang terlambat.",
                "",
            )],
        }],
    },
    Group {
        code: "disability",
        name: None,
        n_present: &[3],
        criteria: &[Criterion {
            words: "Kursi roda bisa masuk kelas",
            standard: Some("accessibility"),
            given: &[counted(
                0,
                [2, 1, 0, 0, 0],
                "Ada tiga anak tangga di setiap pintu.",
                "Bidang miring di dua kelas.",
            )],
        }],
    },
    Group {
        code: "older",
        name: None,
        n_present: &[4],
        criteria: &[Criterion {
            words: "Cucu aman di jalan dan di sekolah",
            standard: Some("safety"),
            given: &[counted(
                50,
                [0, 1, 2, 1, 0],
                "Pagar sebelah jalan raya roboh.",
                "Perbaiki pagar.",
            )],
        }],
    },
];

const OF_WATER: [Group; 3] = [
    Group {
        code: "women",
        name: None,
        n_present: &[15],
        criteria: &[
            Criterion {
                words: "Air keluar setiap pagi",
                standard: Some("hours"),
                given: &[given(
                    40,
                    "Tiga hari dalam seminggu keran kering sampai siang.",
                    "Umumkan hari giliran.",
                )],
            },
            Criterion {
                words: "Tidak berebut antrean",
                standard: Some("waiting"),
                given: &[given(
                    55,
                    "Ada yang membawa sepuluh jeriken sekaligus.",
                    "Batasi empat jeriken sekali antre.",
                )],
            },
        ],
    },
    Group {
        code: "older",
        name: None,
        n_present: &[8],
        criteria: &[
            Criterion {
                words: "Keran mudah dicapai",
                standard: Some("distance"),
                given: &[given(
                    30,
                    "Jalan setapaknya licin kalau hujan.",
                    "Pasang pegangan.",
                )],
            },
            Criterion {
                words: "Air jernih",
                standard: Some("quality"),
                given: &[given(60, "Keruh sesudah hujan.", "Bersihkan bak saringan.")],
            },
        ],
    },
    Group {
        code: "men",
        name: None,
        n_present: &[],
        criteria: &[],
    },
];

const OF_LICENSING: [Group; 2] = [
    Group {
        code: "women",
        name: None,
        n_present: &[],
        criteria: &[],
    },
    Group {
        code: "young",
        name: None,
        n_present: &[],
        criteria: &[],
    },
];

const PROMISES: [Promised; 2] = [
    Promised {
        promise: "Daftar semua biaya sekolah ditempel di papan pengumuman.",
        owner: "dindik",
        post: "Kepala sekolah",
        resources: "Tidak ada",
        due: 30,
        fate: Fate::Open,
    },
    Promised {
        promise: "Bidang miring dibuat di dua ruang kelas.",
        owner: "dindik",
        post: "Kepala bidang sarana",
        resources: "Anggaran pemeliharaan",
        due: 240,
        fate: Fate::Open,
    },
];

/// Tells the three rounds; returns how many promises were made.
///
/// # Errors
/// When something is refused.
pub async fn tell(desk: &Desk<'_>, scene: &Scene<'_>) -> anyhow::Result<usize> {
    school(desk, scene.next.code.as_str()).await?;
    water(desk, scene.village.code.as_str()).await?;
    let place = scene.village.code.as_str();
    rounds::plan(
        desk,
        (LICENSING, place),
        Scale::Hundred,
        (3, 17, false),
        &OF_LICENSING,
    )
    .await?;
    Ok(PROMISES.len())
}

/// The school scores by faces and did not come itself.
async fn school(desk: &Desk<'_>, place: &str) -> anyhow::Result<()> {
    let [planned, met] = AT_SCHOOL;
    let when = (planned, -met, true);
    let round = rounds::plan(desk, (SCHOOL, place), Scale::Faces, when, &OF_SCHOOL).await?;
    for (ago, group) in (1..).zip(&OF_SCHOOL) {
        rounds::hold(desk, &round, FACILITATOR, (0, planned - 2 - ago), group).await?;
    }
    let absent = "Sekolah sedang ujian dan tidak mengirim wakil.";
    rounds::meet(desk, &round, met, Some(absent), &[]).await?;
    let came = [("women", 14), ("men", 10)];
    let minutes = "Kepala bidang dari dinas mendengar nilai warga dan menyanggupi dua hal.";
    rounds::agree(desk, &round, met, &PROMISES, (33, &came), minutes).await?;
    Ok(())
}

/// One group is done, one is in the middle, one and the provider are still to come.
async fn water(desk: &Desk<'_>, place: &str) -> anyhow::Result<()> {
    let round = rounds::plan(desk, (WATER, place), Scale::Hundred, (9, 12, true), &OF_WATER).await?;
    let [women, older, _] = &OF_WATER;
    rounds::hold(desk, &round, FACILITATOR, (0, 5), women).await?;
    let op = desk.on(FACILITATOR, 1)?;
    rounds::sit(desk, &op, &round, (0, 1), older).await?;
    Ok(())
}
