//! Tenders of Indonesia's electronic procurement service (LPSE) as releases of OCDS 1.1.
//!
//! The columns are those that the Open Data Lab Jakarta published for 2012 and 2013; its mapping (OCDS 0.3.3, a file beside the data)
//! says which column is the process, the buyer, the estimate, the award. The mapping is read at run time; where it is silent, the
//! columns' own names hold. Prices are rupiah and stay as they stand: `hps` is the owner's estimate, `pagu` the budget's ceiling,
//! `hasil_lelang` what the tender came to.

mod mapping;

#[cfg(test)]
mod tests;

pub use mapping::{Mapping, MappingError};

use serde_json::{Map, Value, json};
use std::io::Read;
use thiserror::Error;

/// What releases are made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Before the code of the tender: `ocds-` and the publisher's six characters.
    pub ocid_prefix: String,
}

/// Why a tender became no release.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    /// The row could not be read as CSV.
    #[error("the row cannot be read: {0}")]
    Row(String),
    /// The column of the file.
    #[error("{0} is empty")]
    Empty(String),
    #[error("{column} is no date: {value}")]
    Date { column: String, value: String },
    #[error("{column} is no amount: {value}")]
    Amount { column: String, value: String },
}

/// One row: its line in the file and what became of it.
pub type Converted = (u64, Result<Value, Refused>);

/// Turns every row of a file into a release or a named refusal.
///
/// # Errors
/// Where the heading cannot be read.
pub fn convert<R: Read>(
    file: R,
    mapping: &Mapping,
    options: &Options,
    mut each: impl FnMut(Converted),
) -> Result<(), csv::Error> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let header = reader.headers()?.clone();
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => {
                let row = Row {
                    header: &header,
                    cells: &record,
                };
                each((line, release(&row, mapping, options)));
            }
            Err(error) if error.is_io_error() => return Err(error),
            Err(error) => each((line, Err(Refused::Row(error.to_string())))),
        }
    }
}

struct Row<'a> {
    header: &'a csv::StringRecord,
    cells: &'a csv::StringRecord,
}

impl<'a> Row<'a> {
    /// What stands in a column; nothing where it is empty.
    fn cell(&self, column: &str) -> Option<&'a str> {
        let place = self.header.iter().position(|name| name == column)?;
        let cell = self.cells.get(place)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    fn needed(&self, column: &str) -> Result<&'a str, Refused> {
        self.cell(column).ok_or_else(|| Refused::Empty(column.to_owned()))
    }

    /// A day as the beginning of that day in Jakarta, whose offices kept these books.
    fn date(&self, column: &str) -> Result<Option<String>, Refused> {
        let Some(cell) = self.cell(column) else {
            return Ok(None);
        };
        match cell.parse::<jiff::civil::Date>() {
            Ok(date) => Ok(Some(format!("{date}T00:00:00+07:00"))),
            Err(_) => Err(Refused::Date {
                column: column.to_owned(),
                value: cell.to_owned(),
            }),
        }
    }

    /// Rupiah as written: digits, perhaps a point and decimals.
    fn rupiah(&self, column: &str) -> Result<Option<Value>, Refused> {
        let Some(cell) = self.cell(column) else {
            return Ok(None);
        };
        let refused = || Refused::Amount {
            column: column.to_owned(),
            value: cell.chars().take(100).collect(),
        };
        let digits = cell.bytes().all(|b| b.is_ascii_digit() || b == b'.') && cell.len() <= 30;
        if !digits {
            return Err(refused());
        }
        let amount = match cell.parse::<u64>() {
            Ok(whole) => json!(whole),
            Err(_) => match cell.parse::<f64>() {
                // Decimals of nothing are no decimals.
                Ok(amount) if amount.fract() == 0.0 && amount < 9e15 => json!(amount as u64),
                Ok(amount) if amount.is_finite() => json!(amount),
                _ => return Err(refused()),
            },
        };
        Ok(Some(json!({"amount": amount, "currency": "IDR"})))
    }
}

/// A release of one tender.
fn release(row: &Row<'_>, mapping: &Mapping, options: &Options) -> Result<Value, Refused> {
    let code = row.needed(&mapping.tender)?;
    let title = row.needed(&mapping.title)?;
    let announced = row.date(&mapping.announced)?;
    let announced = announced.ok_or_else(|| Refused::Empty(mapping.announced.clone()))?;
    let closed = row.date(&mapping.closed)?;
    let ocid = format!("{}-{code}", options.ocid_prefix);
    let mut parties = Vec::new();
    let buyer = row.cell(&mapping.buyer_id).map(|id| {
        let mut address = Map::new();
        put(&mut address, "locality", row.cell("nama_kabupaten"));
        put(&mut address, "region", row.cell("nama_propinsi"));
        address.insert("countryName".to_owned(), json!("Indonesia"));
        let id = format!("ID-SATKER-{id}");
        let name = row.cell(&mapping.buyer_name).or_else(|| row.cell("nama_agency"));
        organisation(&mut parties, id, name, &["buyer"], Some(address))
    });
    let committee = row.cell(&mapping.committee).map(|name| {
        let id = format!("ID-LPSE-{}-{}", row.cell("kd_lpse").unwrap_or("0"), slug(name));
        organisation(&mut parties, id, Some(name), &["procuringEntity"], None)
    });
    let estimate = row.rupiah(&mapping.estimate)?;
    let ceiling = row.rupiah("pagu")?;
    let category = row.cell(&mapping.category);
    let winner = row.cell(&mapping.winner);
    let mut tender = Map::new();
    tender.insert("id".to_owned(), json!(code));
    tender.insert("title".to_owned(), json!(title));
    tender.insert(
        "status".to_owned(),
        json!(if winner.is_some() { "complete" } else { "active" }),
    );
    if let Some(committee) = committee {
        tender.insert("procuringEntity".to_owned(), committee);
    }
    tender.insert("procurementMethodDetails".to_owned(), json!("Lelang"));
    if let Some(category) = category {
        let main = match category {
            "Pengadaan Barang" => Some("goods"),
            "Pekerjaan Konstruksi" => Some("works"),
            "Jasa Konsultansi" | "Jasa Lainnya" => Some("services"),
            _ => None,
        };
        put(&mut tender, "mainProcurementCategory", main);
        let consulting = main.is_some() && category == "Jasa Konsultansi";
        if consulting {
            tender.insert(
                "additionalProcurementCategories".to_owned(),
                json!(["consultingServices"]),
            );
        }
    }
    if let Some(estimate) = estimate {
        tender.insert("value".to_owned(), estimate);
    }
    let mut period = Map::new();
    put(&mut period, "startDate", Some(&announced));
    put(&mut period, "endDate", closed.as_deref());
    tender.insert("tenderPeriod".to_owned(), Value::Object(period));
    let mut planning = Map::new();
    if let Some(ceiling) = ceiling {
        let mut budget = Map::new();
        put(&mut budget, "id", row.cell("kd_paket"));
        let source = row.cell("sumber_dana");
        let year = row.cell("tahun_anggaran");
        let description: Vec<&str> = source.into_iter().chain(year).collect();
        put(
            &mut budget,
            "description",
            Some(description.join(" ").as_str()).filter(|d| !d.is_empty()),
        );
        budget.insert("amount".to_owned(), ceiling);
        planning.insert("budget".to_owned(), Value::Object(budget));
    }
    let award = match winner {
        None => None,
        Some(name) => Some(award(row, mapping, (code, title, name), &mut parties)?),
    };
    let mut release = Map::new();
    release.insert("ocid".to_owned(), json!(ocid));
    release.insert(
        "id".to_owned(),
        json!(format!("{ocid}-{}", row.cell("kd_pemenang").unwrap_or("0"))),
    );
    release.insert("date".to_owned(), json!(closed.as_ref().unwrap_or(&announced)));
    let tags: &[&str] = if award.is_some() {
        &["tender", "award"]
    } else {
        &["tender"]
    };
    release.insert("tag".to_owned(), json!(tags));
    release.insert("initiationType".to_owned(), json!("tender"));
    release.insert("language".to_owned(), json!("id"));
    if !parties.is_empty() {
        release.insert("parties".to_owned(), Value::Array(parties));
    }
    if let Some(buyer) = buyer {
        release.insert("buyer".to_owned(), buyer);
    }
    if !planning.is_empty() {
        release.insert("planning".to_owned(), Value::Object(planning));
    }
    release.insert("tender".to_owned(), Value::Object(tender));
    if let Some(award) = award {
        release.insert("awards".to_owned(), json!([award]));
    }
    Ok(Value::Object(release))
}

/// The award of a tender that has a winner.
fn award(
    row: &Row<'_>,
    mapping: &Mapping,
    (code, title, winner): (&str, &str, &str),
    parties: &mut Vec<Value>,
) -> Result<Value, Refused> {
    let tax_number = row.cell(&mapping.winner_id);
    let id = tax_number.map_or_else(
        || format!("ID-LPSE-{}", slug(winner)),
        |number| format!("ID-NPWP-{number}"),
    );
    let supplier = organisation(parties, id, Some(winner), &["supplier"], None);
    if let (Some(number), Some(Value::Object(party))) = (tax_number, parties.last_mut()) {
        let identifier = json!({"scheme": "ID-NPWP", "id": number, "legalName": winner});
        party.insert("identifier".to_owned(), identifier);
    }
    let mut award = Map::new();
    let id = row.cell(&mapping.award).unwrap_or(code);
    award.insert("id".to_owned(), json!(id));
    award.insert("title".to_owned(), json!(title));
    award.insert("status".to_owned(), json!("active"));
    if let Some(value) = row.rupiah(&mapping.result)? {
        award.insert("value".to_owned(), value);
    }
    award.insert("suppliers".to_owned(), json!([supplier]));
    Ok(Value::Object(award))
}

/// Adds a party and gives its reference.
fn organisation(
    parties: &mut Vec<Value>,
    id: String,
    name: Option<&str>,
    roles: &[&str],
    address: Option<Map<String, Value>>,
) -> Value {
    let mut reference = Map::new();
    reference.insert("id".to_owned(), json!(id));
    put(&mut reference, "name", name);
    let mut party = reference.clone();
    party.insert("roles".to_owned(), json!(roles));
    if let Some(address) = address {
        party.insert("address".to_owned(), Value::Object(address));
    }
    parties.push(Value::Object(party));
    Value::Object(reference)
}

fn put(object: &mut Map<String, Value>, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), json!(value));
    }
}

/// Letters and digits of a name, the rest as single dashes.
fn slug(name: &str) -> String {
    let words = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}
