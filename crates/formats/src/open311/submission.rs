//! A request that somebody files: the fields of the form, and what is wrong with them.

/// A filed request, checked as far as that is possible without knowing the service.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Submission {
    pub jurisdiction_id: Option<String>,
    pub api_key: Option<String>,
    pub service_code: String,
    /// Latitude and longitude, WGS 84.
    pub point: Option<(f64, f64)>,
    pub address_string: Option<String>,
    pub address_id: Option<String>,
    /// Values by attribute code, in the order sent.
    pub attributes: Vec<(String, Vec<String>)>,
    pub email: Option<String>,
    pub device_id: Option<String>,
    pub account_id: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub phone: Option<String>,
    pub description: Option<String>,
    /// Clients that have several photos send the field several times.
    pub media_urls: Vec<String>,
}

/// Most characters of a description.
pub const LONGEST_DESCRIPTION: usize = 4_000;
/// Most characters of any other field.
const LONGEST_FIELD: usize = 1_000;
/// Most attributes, and most values of one.
const MOST_ATTRIBUTES: usize = 200;

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("service_code was not provided")]
    NoService,
    #[error("a location was not provided: send lat and long, or address_string, or address_id")]
    NoLocation,
    #[error("{given} was provided without {missing}")]
    HalfAPoint {
        given: &'static str,
        missing: &'static str,
    },
    #[error("{field} is {found:?}, expected degrees (WGS 84)")]
    NotDegrees { field: &'static str, found: String },
    #[error("{field} is longer than {most} characters")]
    TooLong { field: String, most: usize },
    #[error("media_url is {found:?}, expected an address that begins with http:// or https://")]
    NotAnAddress { found: String },
    #[error("more than {most} attributes were provided")]
    TooManyAttributes { most: usize },
}

impl Fault {
    /// The field it is about.
    pub fn field(&self) -> &str {
        match self {
            Fault::NoService => "service_code",
            Fault::NoLocation => "address_string",
            Fault::HalfAPoint { missing, .. } => missing,
            Fault::NotDegrees { field, .. } => field,
            Fault::TooLong { field, .. } => field,
            Fault::NotAnAddress { .. } => "media_url",
            Fault::TooManyAttributes { .. } => "attribute",
        }
    }
}

impl Submission {
    /// Reads the decoded fields of a form; an empty field is one that was not sent.
    ///
    /// Unknown fields are passed over, as the standard's extensions ask.
    ///
    /// # Errors
    /// Everything that is wrong, so that a person can mend it at once.
    pub fn read<N: AsRef<str>, V: AsRef<str>>(
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Submission, Vec<Fault>> {
        let mut read = Submission::default();
        let mut faults = Vec::new();
        let (mut lat, mut long) = (None, None);
        for (name, value) in fields {
            let (name, value) = (name.as_ref(), value.as_ref().trim());
            if value.is_empty() {
                continue;
            }
            let most = if name == "description" || name.starts_with("attribute[") {
                LONGEST_DESCRIPTION
            } else {
                LONGEST_FIELD
            };
            if value.chars().count() > most {
                faults.push(Fault::TooLong {
                    field: name.chars().take(100).collect(),
                    most,
                });
                continue;
            }
            let text = || Some(value.to_owned());
            match name {
                "jurisdiction_id" => read.jurisdiction_id = text(),
                "api_key" => read.api_key = text(),
                "service_code" => value.clone_into(&mut read.service_code),
                "lat" => lat = degrees("lat", value, 90.0, &mut faults),
                "long" => long = degrees("long", value, 180.0, &mut faults),
                "address_string" => read.address_string = text(),
                "address_id" => read.address_id = text(),
                "email" => read.email = text(),
                "device_id" => read.device_id = text(),
                "account_id" => read.account_id = text(),
                "first_name" => read.first_name = text(),
                "last_name" => read.last_name = text(),
                "phone" => read.phone = text(),
                "description" => read.description = text(),
                "media_url" if value.starts_with("http://") || value.starts_with("https://") => {
                    read.media_urls.push(value.to_owned());
                }
                "media_url" => faults.push(Fault::NotAnAddress {
                    found: value.to_owned(),
                }),
                _ => {
                    if let Some(code) = attribute_code(name) {
                        read.answer(code, value);
                    }
                }
            }
        }
        let has_wrong_point = faults
            .iter()
            .any(|fault| matches!(fault, Fault::NotDegrees { .. }));
        match (lat, long) {
            (Some(lat), Some(long)) => read.point = Some((lat, long)),
            (Some(_), None) if !has_wrong_point => faults.push(Fault::HalfAPoint {
                given: "lat",
                missing: "long",
            }),
            (None, Some(_)) if !has_wrong_point => faults.push(Fault::HalfAPoint {
                given: "long",
                missing: "lat",
            }),
            _ => {}
        }
        let n_values: usize = read.attributes.iter().map(|(_, values)| values.len()).sum();
        if n_values > MOST_ATTRIBUTES {
            faults.push(Fault::TooManyAttributes {
                most: MOST_ATTRIBUTES,
            });
        }
        if read.service_code.is_empty() {
            faults.push(Fault::NoService);
        }
        let has_place = read.point.is_some() || read.address_string.is_some() || read.address_id.is_some();
        if !has_place && faults.iter().all(|fault| !is_about_a_point(fault)) {
            faults.push(Fault::NoLocation);
        }
        if faults.is_empty() { Ok(read) } else { Err(faults) }
    }

    /// Returns the person's name as far as it was given.
    pub fn name(&self) -> Option<String> {
        let parts = [self.first_name.as_deref(), self.last_name.as_deref()];
        let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        (!name.is_empty()).then_some(name)
    }

    fn answer(&mut self, code: &str, value: &str) {
        match self.attributes.iter_mut().find(|(known, _)| known == code) {
            Some((_, values)) => values.push(value.to_owned()),
            None => self.attributes.push((code.to_owned(), vec![value.to_owned()])),
        }
    }
}

fn is_about_a_point(fault: &Fault) -> bool {
    matches!(fault, Fault::NotDegrees { .. } | Fault::HalfAPoint { .. })
}

/// Reads the code of `attribute[CODE]`, `attribute[CODE][]` and `attribute[CODE][0]`; `None` for other fields.
fn attribute_code(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("attribute[")?;
    // The code may hold brackets; the index at the end may not.
    let code = match rest.strip_suffix(']')?.rsplit_once("][") {
        Some((code, index)) if index.bytes().all(|byte| byte.is_ascii_digit()) => code,
        _ => &rest[..rest.len() - 1],
    };
    (!code.is_empty()).then_some(code)
}

/// Reads degrees; phones set to a language with a decimal comma send one.
pub(super) fn degrees_of(value: &str, most: f64) -> Option<f64> {
    let pointed = if value.contains('.') {
        value.to_owned()
    } else {
        value.replacen(',', ".", 1)
    };
    pointed
        .parse::<f64>()
        .ok()
        .filter(|degrees| degrees.abs() <= most)
}

fn degrees(field: &'static str, value: &str, most: f64, faults: &mut Vec<Fault>) -> Option<f64> {
    let read = degrees_of(value, most);
    if read.is_none() {
        faults.push(Fault::NotDegrees {
            field,
            found: value.to_owned(),
        });
    }
    read
}
