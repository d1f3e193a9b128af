//! Invented names in the sound of the Java Sea's shores: places that do not exist, people who could.

use std::collections::HashSet;

use super::random::Random;

const FIRST: &[&str] = &[
    "Ba", "Bu", "Ca", "Ge", "Gi", "Ja", "Jo", "Ka", "Ke", "Kra", "La", "Lo", "Ma", "Me", "Nga", "Pa", "Pra",
    "Ra", "Ro", "Sa", "Se", "Sla", "Ta", "Te", "Tlo", "Wa", "Wo",
];
const MIDDLE: &[&str] = &[
    "ba", "bi", "du", "ge", "ka", "la", "li", "ma", "mba", "mpi", "na", "ndo", "nga", "nja", "pa", "ra",
    "ri", "sa", "si", "ta", "wa", "yu",
];
const LAST: &[&str] = &[
    "bang", "dung", "gal", "jar", "kah", "lem", "lon", "mit", "nan", "ngan", "pur", "rah", "rip", "rong",
    "sen", "tan", "tur", "wung", "yan", "yung",
];
const SIDES: &[(&str, &str)] = &[("Lor", "Kidul"), ("Wetan", "Kulon")];

const WOMEN: &[&str] = &[
    "Aminah", "Anisa", "Ayu", "Citra", "Dewi", "Dian", "Eka", "Endang", "Fatimah", "Fitri", "Hartini",
    "Indah", "Ira", "Kartika", "Kasmi", "Lastri", "Lestari", "Maryam", "Mulyani", "Nani", "Ngatini", "Nur",
    "Painem", "Puji", "Rahayu", "Ratna", "Rini", "Rohani", "Sari", "Siti", "Sri", "Sulastri", "Sumiati",
    "Suparti", "Tini", "Tri", "Tutik", "Wahyuni", "Wati", "Yanti", "Yuli", "Zahra",
];
const MEN: &[&str] = &[
    "Abdul", "Agus", "Ahmad", "Andi", "Anwar", "Arif", "Bagus", "Bambang", "Budi", "Dedi", "Dwi", "Edi",
    "Eko", "Fajar", "Hadi", "Hasan", "Heru", "Imam", "Iwan", "Joko", "Kasman", "Mulyadi", "Ngadimin", "Nur",
    "Parman", "Rahmat", "Rudi", "Samsul", "Sarjo", "Sigit", "Slamet", "Sugeng", "Suharto", "Sukirno",
    "Sulaiman", "Suparman", "Sutrisno", "Teguh", "Tono", "Wahyu", "Wawan", "Yusuf",
];
const FURTHER: &[&str] = &[
    "Astuti",
    "Basuki",
    "Cahyono",
    "Darmawan",
    "Effendi",
    "Firmansyah",
    "Gunawan",
    "Handoko",
    "Hidayat",
    "Irawan",
    "Kurniawan",
    "Kusuma",
    "Lestari",
    "Maulana",
    "Mustofa",
    "Nugroho",
    "Permana",
    "Prasetyo",
    "Purnomo",
    "Ramadhan",
    "Riyanto",
    "Santoso",
    "Saputra",
    "Setiawan",
    "Suryadi",
    "Susanto",
    "Utami",
    "Wibowo",
    "Wicaksono",
    "Widodo",
    "Wulandari",
    "Yulianto",
];

/// The invented regency; *ranu* is a lake and *maya* an appearance.
pub const REGENCY: &str = "Ranumaya";

/// Gives places names, each only once.
pub struct PlaceNames {
    random: Random,
    given: HashSet<String>,
    /// The other half of a pair of villages on two sides of something.
    waiting: Option<String>,
}

impl PlaceNames {
    pub fn new(random: &Random) -> PlaceNames {
        PlaceNames {
            random: random.stream("place names", 0),
            given: HashSet::new(),
            waiting: None,
        }
    }

    /// A name of two or three syllables.
    pub fn town(&mut self) -> String {
        loop {
            let middle = if self.random.chance(0.6) {
                *self.random.one_of(MIDDLE)
            } else {
                ""
            };
            let name = format!(
                "{}{middle}{}",
                self.random.one_of(FIRST),
                self.random.one_of(LAST)
            );
            // Four consonants in a row cannot be said.
            let is_sayable = !["ngk", "ngg", "ngs", "ngl", "ngj", "ngt", "ngp", "ngw", "ngy"]
                .iter()
                .any(|hard| name.contains(hard));
            if is_sayable && name.len() <= 10 && self.given.insert(name.clone()) {
                return name;
            }
        }
    }

    /// A name of a village; now and then two of them share one, told apart by the side they lie on.
    pub fn village(&mut self) -> String {
        if let Some(name) = self.waiting.take() {
            return name;
        }
        let name = self.town();
        if self.random.chance(0.12) {
            let (one, other) = *self.random.one_of(SIDES);
            self.waiting = Some(format!("{name} {other}"));
            return format!("{name} {one}");
        }
        name
    }
}

/// A household group's name: groups are named after flowers, as PKK does.
pub fn group(number: usize) -> String {
    const FLOWERS: &[&str] = &[
        "Anggrek",
        "Mawar",
        "Melati",
        "Kenanga",
        "Cempaka",
        "Dahlia",
        "Flamboyan",
        "Teratai",
        "Kamboja",
        "Bougenville",
        "Seruni",
        "Tulip",
        "Kemuning",
        "Sedap Malam",
        "Nusa Indah",
        "Matahari",
        "Wijaya Kusuma",
        "Lavender",
        "Aster",
        "Alamanda",
    ];
    format!(
        "{} {}",
        FLOWERS[number % FLOWERS.len()],
        number / FLOWERS.len() + 1
    )
}

/// A person's given name and, often, a second one.
pub fn person(random: &mut Random, is_woman: bool) -> String {
    let first = random.one_of(if is_woman { WOMEN } else { MEN });
    if random.chance(0.3) {
        (*first).to_owned()
    } else {
        format!("{first} {}", random.one_of(FURTHER))
    }
}
