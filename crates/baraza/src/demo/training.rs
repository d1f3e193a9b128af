//! Who trains in the regency: three institutions, their courses, rounds with seats, and what became of those who finished.

use anyhow::Context;

use super::{
    days::Days,
    publishing::Desk,
    staff::WALIDATA,
    world::{census::World, settlement::REGENCY_CODE},
};
use crate::skills::{import, model::lists::ListKind};

/// Months before this one in which the last round began.
const BEGAN: i64 = 8;
/// And in which it ended.
const ENDED: i64 = 5;

/// What the institutions teach, in the columns of the list.
const COURSES: &str = "institution,code,title,field,isced,level,hours,cost,language,min_age,max_age,schooling
blk-ranumaya,las,Juru las pelat,07,3,Sertifikat kompetensi,240,0,id,17,35,2
blk-ranumaya,komputer,Operator komputer,06,3,Sertifikat kompetensi,160,0,id,16,30,2
lkp-jarum-mas,menjahit,Menjahit pakaian,07,2,Sertifikat kursus,120,750000,id,15,,1
pkbm-tunas,rumput-laut,Budidaya rumput laut,08,2,Surat keterangan,80,0,id,15,40,
";
/// For each course: its institution, its code, seats, seats kept for women, seats taken of the last and of the next round.
const ROUNDS: [(&str, &str, u32, u32, u32, u32); 4] = [
    ("blk-ranumaya", "las", 20, 4, 19, 6),
    ("blk-ranumaya", "komputer", 24, 10, 24, 11),
    ("lkp-jarum-mas", "menjahit", 16, 8, 14, 3),
    ("pkbm-tunas", "rumput-laut", 30, 12, 22, 30),
];
/// Of the last round three months after its end: who finished, who worked then, and who went on learning.
const PLACED: [(&str, &str, u32, u32, u32); 3] = [
    ("blk-ranumaya", "las", 18, 12, 2),
    ("blk-ranumaya", "komputer", 22, 9, 6),
    ("lkp-jarum-mas", "menjahit", 13, 8, 1),
];

/// Takes the lists in as the steward of all data would.
///
/// # Errors
/// When one is refused.
pub async fn offer(desk: &Desk<'_>, world: &World) -> anyhow::Result<()> {
    let op = desk.op(WALIDATA, desk.app.clock.now())?;
    let lists = [
        (ListKind::Institutions, institutions(world)),
        (ListKind::Courses, COURSES.to_owned()),
        (ListKind::Intakes, intakes(&desk.days)),
        (ListKind::Placements, placements(&desk.days)),
    ];
    for (kind, text) in lists {
        import::import(desk.app, &op, kind, &text)
            .await
            .with_context(|| format!("take in the list of {}", kind.as_str()))?;
    }
    Ok(())
}

fn institutions(world: &World) -> String {
    let villages = &world.regency.villages;
    let first = villages
        .first()
        .map_or(REGENCY_CODE, |village| village.code.as_str());
    let last = villages
        .last()
        .map_or(REGENCY_CODE, |village| village.code.as_str());
    format!(
        "code,name,place,kind,licence,contact
blk-ranumaya,UPT Balai Latihan Kerja Ranumaya,{REGENCY_CODE},public,BLK-99.01-001,blk@ranumaya.example
lkp-jarum-mas,LKP Jarum Mas,{first},private,LKP-99.01-014,jarum.mas@ranumaya.example
pkbm-tunas,PKBM Tunas Harapan,{last},community,,
"
    )
}

/// The last round of every course, and the next, for which people can still apply.
fn intakes(days: &Days) -> String {
    let mut list = "institution,course,starts_on,ends_on,apply_by,seats,seats_women,taken\n".to_owned();
    for (institution, course, seats, for_women, taken, taken_next) in ROUNDS {
        for (began, ended, apply_by, taken) in [
            (BEGAN, ENDED, BEGAN + 1, taken),
            // Months that are still to come.
            (-2, -5, -1, taken_next),
        ] {
            let (starts, ends, apply_by) = (days.month(began), days.month(ended), days.month(apply_by));
            list.push_str(&format!(
                "{institution},{course},{starts},{ends},{apply_by},{seats},{for_women},{taken}\n"
            ));
        }
    }
    list
}

fn placements(days: &Days) -> String {
    let starts = days.month(BEGAN);
    let mut list =
        "institution,course,starts_on,after_months,finished,employed,education,source\n".to_owned();
    for (institution, course, finished, employed, education) in PLACED {
        list.push_str(&format!(
            "{institution},{course},{starts},3,{finished},{employed},{education},Telepon kepada lulusan\n"
        ));
    }
    list
}
