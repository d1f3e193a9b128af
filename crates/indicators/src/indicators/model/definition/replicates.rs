//! Replicate weights: columns that stand beside the weight of a survey whose design is not published.

use measures::replicate::{Centre, Method, Said, Scheme};
use serde::Deserialize;

use super::{DefinitionError, written::wrong};

/// More are not summed: each costs two sums for every group of rows.
const MOST: u32 = 500;

/// The replicate weights of the rows, and how a standard error is made from them.
#[derive(Debug, Clone, PartialEq)]
pub struct Replicates {
    /// SQL for the weight of a row in each replicate; a row where it is empty is not in that replicate.
    pub weights: Vec<String>,
    pub method: Method,
    pub scheme: Scheme,
}

/// The table `[replicates]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenReplicates {
    /// `repw_{1..80}`.
    columns: String,
    method: Method,
    fay: Option<f64>,
    #[serde(default)]
    scales: Vec<f64>,
    #[serde(default)]
    centre: Centre,
    degrees_of_freedom: Option<f64>,
}

impl WrittenReplicates {
    /// Checks what is written.
    ///
    /// # Errors
    /// When the columns are not numbered as they must be, or what is said of them does not fit the method.
    pub fn read(self) -> Result<Replicates, DefinitionError> {
        let Some(weights) = numbered(&self.columns) else {
            return wrong(
                "replicates.columns",
                format!("{:?} names no columns by number", self.columns),
                format!(
                    "write the first and the last number, as in \"repw_{{1..80}}\"; at most {MOST} columns"
                ),
            );
        };
        let said = Said {
            fay: self.fay,
            scales: self.scales,
            centre: self.centre,
            degrees_of_freedom: self.degrees_of_freedom,
        };
        match Scheme::new(self.method, weights.len(), said) {
            Ok(scheme) => Ok(Replicates {
                weights,
                method: self.method,
                scheme,
            }),
            Err(error) => wrong(
                "replicates",
                error.to_string(),
                "write it as the documentation of the survey says",
            ),
        }
    }
}

/// `w_{1..3}` as `w_1`, `w_2`, `w_3`; with `{01..80}` every number has as many digits.
fn numbered(pattern: &str) -> Option<Vec<String>> {
    let (before, rest) = pattern.split_once('{')?;
    let (range, after) = rest.split_once('}')?;
    let (first, last) = range.split_once("..")?;
    let digits = if first.starts_with('0') { first.len() } else { 1 };
    let (first, last): (u32, u32) = (first.parse().ok()?, last.parse().ok()?);
    let is_usable = first <= last && last - first < MOST && digits < 10;
    is_usable.then(|| {
        (first..=last)
            .map(|number| format!("{before}{number:0digits$}{after}"))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{
        super::{Definition, tests::WATER},
        *,
    };

    fn with(replicates: &str) -> Result<Definition, DefinitionError> {
        Definition::parse(&format!(
            "weight = \"w\"\nreplicates = {{ {replicates} }}\n{WATER}"
        ))
    }

    #[test]
    fn columns_are_named_by_their_first_and_last_number() {
        assert_eq!(numbered("w{1..3}").unwrap(), ["w1", "w2", "w3"]);
        assert_eq!(
            numbered("h.w_{08..10}_x").unwrap(),
            ["h.w_08_x", "h.w_09_x", "h.w_10_x"]
        );
        for pattern in ["w", "w{1}", "w{3..1}", "w{1..501}", "w{a..b}"] {
            assert_eq!(numbered(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn a_survey_with_replicate_weights_is_sampled() {
        let water = with("columns = \"r{1..4}\", method = \"fay\", fay = 0.5").unwrap();
        assert!(water.is_sampled() && water.design().is_none());
        let replicates = water.replicates().unwrap();
        assert_eq!((replicates.weights.len(), replicates.method), (4, Method::Fay));
    }

    #[test]
    fn what_is_wrong_with_them_is_named_with_its_remedy() {
        for (replicates, expected) in [
            (
                "columns = \"r\", method = \"jk1\"",
                "replicates.columns: \"r\" names no columns by number; write the first and the last number, as in \"repw_{1..80}\"",
            ),
            (
                "columns = \"r{1..4}\", method = \"fay\"",
                "replicates: Fay's method, and no other, needs a factor above 0 and below 1; write it as",
            ),
            (
                "columns = \"r{1..4}\", method = \"jkn\", scales = [0.5]",
                "replicates: the jackknife within strata (jkn), and no other, needs a scale for each replicate",
            ),
        ] {
            let said = with(replicates).unwrap_err().to_string();
            assert!(said.starts_with(expected), "{said}");
        }
        let said = |text: String| Definition::parse(&text).unwrap_err().to_string();
        let replicates = "replicates = { columns = \"r{1..4}\", method = \"brr\" }\n";
        let without_weight = said(format!("{replicates}{WATER}"));
        assert!(
            without_weight.starts_with("replicates: there is no weight beside them; write weight ="),
            "{without_weight}"
        );
        let twice = said(format!(
            "weight = \"w\"\ndesign = {{ cluster = \"c\" }}\n{replicates}{WATER}"
        ));
        assert!(
            twice.starts_with("replicates: the design is given too; keep one"),
            "{twice}"
        );
    }
}
