//! Finds duplicates among persons whose truth is known, and tells how well: of blocking, and of the weights at some thresholds.
//!
//! `cargo run -p baraza-measures --release --example likeness -- FOLDER [GENERATED.csv]`
//!
//! FOLDER holds `febrl/`, `splink/`, `RLdata500…` and `pseudopeople/`; GENERATED is what `gen_dups.py` writes.

use std::{
    collections::{BTreeSet, HashMap},
    error::Error,
    fs::File,
    io::Read,
    path::Path,
    time::Instant,
};

use measures::persons::{
    birth::Birth,
    blocks,
    names::{Language, Name},
    weigh::{self, Number, Person, Sex, Weights},
};

type Rows = Vec<HashMap<String, String>>;
type Outcome<T> = Result<T, Box<dyn Error>>;

/// A record and whose it is.
struct Record {
    person: Person,
    truth: String,
}

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .ok_or("say where the folder with the persons is")?;
    let folder = Path::new(&folder);
    println!(
        "{:<28} {:>8} {:>8} {:>10} {:>8} | {:>6} {:>6} {:>6} {:>6} | {:>6} at",
        "persons", "records", "pairs", "candidates", "reach", "p≥", "prec", "recall", "F1", "best F1"
    );
    for name in ["dataset1", "dataset2"] {
        evaluate(
            &format!("febrl {name}"),
            febrl(&read(&folder.join(format!("febrl/{name}.csv.gz")))?),
        );
    }
    evaluate(
        "RLdata500",
        rldata(&read(&folder.join("RLdata500_with_identity.csv.gz"))?),
    );
    evaluate(
        "splink fake_1000",
        splink(&read(&folder.join("splink/fake_1000.csv"))?),
    );
    let census = |year: u16, seed: u8| {
        read(&folder.join(format!(
            "pseudopeople/decennial_census_{year}_noised_seed{seed}.csv.gz"
        )))
    };
    let both: Rows = census(2020, 11)?.into_iter().chain(census(2030, 12)?).collect();
    evaluate("pseudopeople 2020 × 2030", pseudopeople(&both));
    if let Some(generated) = arguments.next() {
        evaluate("gen_dups", generated_persons(&read(Path::new(&generated))?));
    }
    Ok(())
}

fn read(path: &Path) -> Outcome<Rows> {
    let mut bytes = Vec::new();
    let mut file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if path.extension().is_some_and(|extension| extension == "gz") {
        flate2::read::GzDecoder::new(file).read_to_end(&mut bytes)?;
    } else {
        file.read_to_end(&mut bytes)?;
    }
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(&*bytes);
    Ok(reader.deserialize().collect::<Result<Rows, _>>()?)
}

fn evaluate(title: &str, records: Vec<Record>) {
    let began = Instant::now();
    let mut blocks: HashMap<String, Vec<u32>> = HashMap::new();
    for (i, record) in records.iter().enumerate() {
        for key in blocks::filed_under(&record.person) {
            blocks.entry(key).or_default().push(i as u32);
        }
    }
    let weights = Weights::among(records.len() as u64);
    let mut sizes: HashMap<&str, u64> = HashMap::new();
    for record in &records {
        *sizes.entry(&record.truth).or_default() += 1;
    }
    let n_true: u64 = sizes.values().map(|n| n * (n - 1) / 2).sum();
    let (mut n_candidates, mut n_reached) = (0_u64, 0_u64);
    let mut judged: Vec<(f64, bool)> = Vec::new();
    for (i, record) in records.iter().enumerate() {
        let found: BTreeSet<u32> = blocks::looked_under(&record.person)
            .iter()
            .filter_map(|key| blocks.get(key))
            // As the index does: what so many share tells nothing.
            .filter(|block| block.len() <= MOST_IN_BLOCK)
            .flatten()
            .copied()
            .collect();
        for j in found.into_iter().filter(|j| (*j as usize) < i) {
            let other = &records[j as usize];
            let is_true = record.truth == other.truth;
            n_candidates += 1;
            n_reached += u64::from(is_true);
            let evidence = weigh::weigh(&record.person, &other.person, &weights);
            if evidence.probability() > 0.01 {
                judged.push((evidence.probability(), is_true));
            }
        }
    }
    judged.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut n_right, mut best) = (0_u64, (0.0_f64, 1.0_f64));
    for (n, (probability, is_true)) in judged.iter().enumerate() {
        n_right += u64::from(*is_true);
        let f1 = 2.0 * n_right as f64 / (n as f64 + 1.0 + n_true as f64);
        if f1 > best.0 {
            best = (f1, *probability);
        }
    }
    for threshold in [0.5, 0.9] {
        let chosen = judged
            .iter()
            .take_while(|(probability, _)| *probability >= threshold);
        let (n, right) = chosen.fold((0_u64, 0_u64), |(n, right), (_, is_true)| {
            (n + 1, right + u64::from(*is_true))
        });
        let (precision, recall) = (
            right as f64 / n.max(1) as f64,
            right as f64 / n_true.max(1) as f64,
        );
        println!(
            "{title:<28} {:>8} {n_true:>8} {n_candidates:>10} {:>8.4} | {threshold:>6} {precision:>6.4} {recall:>6.4} {:>6.4} | {:>6.4} {:.2}  {:.1?}",
            records.len(),
            n_reached as f64 / n_true.max(1) as f64,
            2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE),
            best.0,
            best.1,
            began.elapsed(),
        );
    }
}

/// A block of more is not looked through.
const MOST_IN_BLOCK: usize = 1000;

fn of<'a>(row: &'a HashMap<String, String>, column: &str) -> &'a str {
    row.get(column).map_or("", String::as_str)
}

fn name(parts: &[&str], language: Language) -> Name {
    Name::read(&parts.join(" "), language)
}

/// Reads `1990-05-31`, `19900531` or `05/31/1990`.
fn birth(text: &str) -> Option<Birth> {
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i32>().ok();
    let (year, month, day) = match (text.len(), text.as_bytes().get(4), text.as_bytes().get(2)) {
        (10, Some(b'-'), _) => (part(0, 4)?, part(5, 7)?, part(8, 10)?),
        (10, _, Some(b'/')) => (part(6, 10)?, part(0, 2)?, part(3, 5)?),
        (8, ..) => (part(0, 4)?, part(4, 6)?, part(6, 8)?),
        _ => return None,
    };
    Some(Birth::on(
        year,
        u8::try_from(month).ok()?,
        u8::try_from(day).ok()?,
    ))
}

fn sex(text: &str) -> Option<Sex> {
    match text.chars().next()?.to_ascii_lowercase() {
        'f' => Some(Sex::Female),
        'm' => Some(Sex::Male),
        _ => None,
    }
}

fn places(codes: &[&str]) -> Vec<String> {
    codes
        .iter()
        .filter(|code| !code.is_empty())
        .map(|code| code.to_lowercase())
        .collect()
}

fn numbers(pairs: &[(&str, &str)]) -> Vec<Number> {
    let given = pairs.iter().filter(|(_, value)| !value.is_empty());
    given
        .map(|(kind, value)| Number {
            kind: (*kind).into(),
            value: value.to_lowercase(),
        })
        .collect()
}

fn records(
    rows: &Rows,
    truth: impl Fn(&HashMap<String, String>) -> String,
    person: impl Fn(&HashMap<String, String>) -> Person,
) -> Vec<Record> {
    rows.iter()
        .map(|row| Record {
            person: person(row),
            truth: truth(row),
        })
        .collect()
}

fn febrl(rows: &Rows) -> Vec<Record> {
    let truth =
        |row: &HashMap<String, String>| of(row, "rec_id").split('-').nth(1).unwrap_or_default().to_owned();
    records(rows, truth, |row| Person {
        name: name(&[of(row, "given_name"), of(row, "surname")], Language::English),
        birth: birth(of(row, "date_of_birth")),
        sex: None,
        places: places(&[of(row, "suburb"), of(row, "postcode")]),
        household: None,
        numbers: numbers(&[("ssn", of(row, "soc_sec_id"))]),
    })
}

fn rldata(rows: &Rows) -> Vec<Record> {
    records(
        rows,
        |row| of(row, "identity").to_owned(),
        |row| {
            let part = |column| of(row, column).parse::<u16>().unwrap_or_default();
            let parts = ["fname_c1", "fname_c2", "lname_c1", "lname_c2"].map(|column| of(row, column));
            let parts: Vec<&str> = parts.into_iter().filter(|part| *part != "NA").collect();
            Person {
                name: name(&parts, Language::Any),
                birth: birth(&format!("{:04}-{:02}-{:02}", part("by"), part("bm"), part("bd"))),
                sex: None,
                places: Vec::new(),
                household: None,
                numbers: Vec::new(),
            }
        },
    )
}

fn splink(rows: &Rows) -> Vec<Record> {
    records(
        rows,
        |row| of(row, "cluster").to_owned(),
        |row| Person {
            name: name(&[of(row, "first_name"), of(row, "surname")], Language::English),
            birth: birth(of(row, "dob")),
            sex: None,
            places: places(&[of(row, "city")]),
            household: None,
            numbers: numbers(&[("email", of(row, "email"))]),
        },
    )
}

fn pseudopeople(rows: &Rows) -> Vec<Record> {
    records(
        rows,
        |row| of(row, "simulant_id").to_owned(),
        |row| {
            let address = [
                of(row, "street_number"),
                of(row, "street_name"),
                of(row, "unit_number"),
            ]
            .join(" ");
            Person {
                name: name(
                    &[
                        of(row, "first_name"),
                        of(row, "middle_initial"),
                        of(row, "last_name"),
                    ],
                    Language::English,
                ),
                birth: birth(of(row, "date_of_birth")),
                sex: sex(of(row, "sex")),
                places: places(&[&address, of(row, "street_name")]),
                household: None,
                numbers: Vec::new(),
            }
        },
    )
}

fn generated_persons(rows: &Rows) -> Vec<Record> {
    records(
        rows,
        |row| of(row, "cluster").to_owned(),
        |row| {
            let village = of(row, "village");
            Person {
                name: name(
                    &[of(row, "first_name"), of(row, "middle_name"), of(row, "surname")],
                    Language::Any,
                ),
                birth: birth(of(row, "dob")),
                sex: sex(of(row, "sex")),
                places: places(&[village, village.get(..6).unwrap_or_default()]),
                household: None,
                numbers: numbers(&[
                    ("phone", of(row, "phone")),
                    ("national id", of(row, "national_id")),
                ]),
            }
        },
    )
}
