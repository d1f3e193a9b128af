//! Definitions and places in the words of SDMX: ids of everything, and the series that observations make.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use formats::sdmx::{
    ids,
    model::{
        Attribute, Catalogue, Code, Codelist, Component, Flow, Holds, Names, Observation as Told, Of, Series,
        Structure, TIME, VALUE,
    },
    period::Span,
};

use crate::{
    indicators::{
        Indicator,
        model::{
            definition::{Definition, Dimension, Unit, Words},
            observation::{Observation, Standing, Status},
            tally::codes_in_words,
        },
    },
    platform::i18n::Lang,
};

/// Who maintains all of it.
pub const AGENCY: &str = "BARAZA";
/// The dataflow of all numbers.
pub const ALL: &str = "DF_ALL";
/// The dataflow of what belongs to a global goal.
pub const GOALS: &str = "DF_SDG";

/// The dimensions in the order of the data structure that the agencies of the global goals agreed on (IAEG-SDGs, `SDG` 1.24).
pub const DIMENSIONS: [&str; 15] = [
    "FREQ",
    "REPORTING_TYPE",
    "SERIES",
    "REF_AREA",
    "SEX",
    "AGE",
    "URBANISATION",
    "INCOME_WEALTH_QUANTILE",
    "EDUCATION_LEV",
    "OCCUPATION",
    "CUST_BREAKDOWN",
    "COMPOSITE_BREAKDOWN",
    "DISABILITY_STATUS",
    "ACTIVITY",
    "PRODUCT",
];

/// Where some of them stand.
pub const FREQUENCY: usize = 0;
pub const REPORTING: usize = 1;
pub const SERIES: usize = 2;
pub const AREA: usize = 3;
/// What no concept of the standard says.
pub const CUSTOM: usize = 10;

/// Everybody together.
const TOTAL: &str = "_T";

/// What is said of series, and of observations.
const ATTRIBUTES: [(&str, Of); 17] = [
    ("UNIT_MEASURE", Of::Series),
    ("UNIT_MULT", Of::Series),
    ("CUST_BREAKDOWN_LB", Of::Series),
    ("SOURCE_DETAIL", Of::Series),
    ("DEFINITION_VERSION", Of::Series),
    ("DATA_LAST_UPDATE", Of::Series),
    ("OBS_STATUS", Of::Observation),
    ("STANDING", Of::Observation),
    ("LOWER_BOUND", Of::Observation),
    ("UPPER_BOUND", Of::Observation),
    ("STANDARD_ERROR", Of::Observation),
    ("N_EFFECTIVE", Of::Observation),
    ("NUMERATOR", Of::Observation),
    ("DENOMINATOR", Of::Observation),
    ("N", Of::Observation),
    ("N_MISSING", Of::Observation),
    ("AS_OF", Of::Observation),
];

/// A place that has numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    pub code: String,
    pub name: String,
    /// The nearest place around it that has numbers too.
    pub parent: Option<String>,
}

/// Code of an indicator → names of several dimensions, and codes of them, that it has numbers for.
pub type Used = BTreeMap<String, Vec<(String, String)>>;

/// Everything that can be asked for, and how it is called on both sides.
#[derive(Debug)]
pub struct Book {
    pub catalogue: Arc<Catalogue>,
    /// One for each indicator, by code.
    pub members: Vec<Member>,
    /// Code of a place → its id.
    areas: BTreeMap<String, String>,
    /// The language in which the labels of groups are told.
    lang: Lang,
}

/// An indicator as a series and a dataflow of its own.
#[derive(Debug)]
pub struct Member {
    pub indicator: Indicator,
    /// Its code in `CL_SERIES`.
    pub series: String,
    /// The id of its dataflow.
    pub flow: String,
    dimensions: Vec<Mapped>,
}

/// The code of CL_SEX for one of our own; none for any other.
fn sex(code: &str) -> Option<&'static str> {
    match code {
        "female" => Some("F"),
        "male" => Some("M"),
        _ => None,
    }
}

/// A dimension of a definition.
#[derive(Debug)]
struct Mapped {
    name: String,
    /// Where it stands in keys; `None` for what no concept of the standard says.
    at: Option<usize>,
    /// Its codes and their ids.
    codes: Vec<(String, String)>,
}

impl Mapped {
    fn of(dimension: &Dimension) -> Mapped {
        let at = dimension
            .sdmx_concept()
            .and_then(|concept| DIMENSIONS.iter().position(|known| *known == concept));
        let concept = at.map_or("", |at| DIMENSIONS[at]);
        let wanted: Vec<String> = dimension
            .codes
            .iter()
            .map(|code| {
                let usual = match concept {
                    "AGE" => ids::age(&code.code),
                    "SEX" => sex(&code.code).map(str::to_owned),
                    _ => None,
                };
                code.sdmx.clone().or(usual).unwrap_or_else(|| code.code.clone())
            })
            .collect();
        let ids = ids::unique(wanted.iter().map(String::as_str));
        Mapped {
            name: dimension.name.clone(),
            at,
            codes: dimension
                .codes
                .iter()
                .map(|code| code.code.clone())
                .zip(ids)
                .collect(),
        }
    }

    /// The id of a code; a code that is in no list is unknown.
    fn id(&self, code: &str) -> &str {
        self.codes
            .iter()
            .find(|(known, _)| known == code)
            .map_or(Dimension::UNKNOWN, |(_, id)| id)
    }

    /// The id of a code where dimensions of several definitions share one list.
    fn custom_id(&self, code: &str) -> String {
        format!("{}-{}", ids::clean(&self.name), self.id(code))
    }
}

impl Book {
    /// Gives everything its id. `used` has the combinations of every definition that [`joins_custom`], `lang` is the language of the installation.
    #[must_use]
    pub fn of(indicators: &[Indicator], areas: &[Area], used: &Used, lang: Lang) -> Book {
        let members = members(indicators);
        let area_ids = ids::unique(areas.iter().map(|area| area.code.as_str()));
        let areas_by_code: BTreeMap<String, String> =
            areas.iter().map(|area| area.code.clone()).zip(area_ids).collect();
        let writer = Naming(lang);
        let mut flows = vec![
            Flow {
                id: ALL.to_owned(),
                names: writer.of("indicators-sdmx-all"),
            },
            Flow {
                id: GOALS.to_owned(),
                names: writer.of("indicators-sdmx-goals"),
            },
        ];
        flows.extend(members.iter().map(|member| Flow {
            id: member.flow.clone(),
            names: writer.words(&member.indicator.definition.title),
        }));
        let catalogue = Catalogue {
            agency: AGENCY.to_owned(),
            names: vec![("en".to_owned(), "Baraza".to_owned())],
            structure: structure(writer),
            flows,
            codelists: codelists(&members, areas, &areas_by_code, used, writer),
            concepts_names: writer.of("indicators-sdmx-concepts"),
        };
        Book {
            catalogue: Arc::new(catalogue),
            members,
            areas: areas_by_code,
            lang,
        }
    }

    /// Returns the indicators of a dataflow.
    #[must_use]
    pub fn members_of(&self, flow: &str) -> Vec<usize> {
        let belongs = |member: &Member| match flow {
            ALL => true,
            GOALS => member.indicator.definition.goal.is_some(),
            flow => member.flow == flow,
        };
        (0..self.members.len())
            .filter(|at| belongs(&self.members[*at]))
            .collect()
    }

    /// Returns the id of a place; `None` for one that had no numbers when the ids were given.
    #[must_use]
    pub fn area(&self, place: &str) -> Option<&str> {
        self.areas.get(place).map(String::as_str)
    }

    /// Returns the series that observations of one place and one combination of codes make: one for each frequency.
    ///
    /// What stands for a period that SDMX cannot write, as a name of a round, is left out.
    #[must_use]
    pub fn series_of(&self, member: &Member, observations: &[Observation]) -> Vec<Series> {
        let Some(first) = observations.first() else {
            return Vec::new();
        };
        let Some(area) = self.area(&first.place) else {
            return Vec::new();
        };
        let mut by_frequency: BTreeMap<&'static str, Vec<Told>> = BTreeMap::new();
        for observation in observations {
            let period = member.period(observation);
            if let Some(span) = Span::parse(&period) {
                by_frequency
                    .entry(span.frequency)
                    .or_default()
                    .push(told(observation, period));
            }
        }
        let mut key = member.key(first);
        area.clone_into(&mut key[AREA]);
        let attributes = self.said_of(member, first);
        by_frequency
            .into_iter()
            .map(|(frequency, observations)| {
                let mut key = key.clone();
                frequency.clone_into(&mut key[FREQUENCY]);
                Series {
                    key,
                    attributes: attributes.clone(),
                    observations,
                }
            })
            .collect()
    }

    /// The attributes of a series.
    fn said_of(&self, member: &Member, observation: &Observation) -> Vec<Option<String>> {
        let definition = &member.indicator.definition;
        let run = member.indicator.run.as_deref();
        let label = codes_in_words(
            definition,
            &observation.by,
            &observation.codes,
            self.lang.code(),
            &self.lang.text("indicators-code-unknown").to_string(),
        )
        .join(", ");
        let has_custom = member
            .groups(observation)
            .any(|(dimension, _)| dimension.at.is_none());
        let tables = run.map(|run| {
            let tables: Vec<String> = run
                .tables
                .iter()
                .map(|(table, version)| format!("{table}@{version}"))
                .collect();
            tables.join(" ")
        });
        vec![
            Some(unit(definition)),
            Some("0".to_owned()),
            has_custom.then_some(label),
            tables.filter(|tables| !tables.is_empty()),
            run.map(|run| run.definition_version.clone()),
            run.map(|run| run.computed_at.to_string()),
        ]
    }
}

impl Member {
    /// The dimensions of a combination, each with the observation's code of it.
    fn groups<'a>(&'a self, observation: &'a Observation) -> impl Iterator<Item = (&'a Mapped, &'a str)> {
        observation
            .by
            .split(',')
            .zip(observation.codes.split(','))
            .filter_map(|(name, code)| {
                let dimension = self.dimensions.iter().find(|dimension| dimension.name == name)?;
                Some((dimension, code))
            })
    }

    /// The key without place and frequency.
    fn key(&self, observation: &Observation) -> Vec<String> {
        let mut key = vec![TOTAL.to_owned(); DIMENSIONS.len()];
        "N".clone_into(&mut key[REPORTING]);
        self.series.clone_into(&mut key[SERIES]);
        let mut custom = Vec::new();
        for (dimension, code) in self.groups(observation) {
            match dimension.at {
                Some(at) => dimension.id(code).clone_into(&mut key[at]),
                None => custom.push(dimension.custom_id(code)),
            }
        }
        if !custom.is_empty() {
            key[CUSTOM] = custom.join("$");
        }
        key
    }

    /// The period of an observation as SDMX writes it; numbers of no period are of the year they were computed in.
    fn period(&self, observation: &Observation) -> String {
        match (&self.indicator.run, observation.period.is_empty()) {
            (Some(run), true) => run.computed_at.to_string().chars().take(4).collect(),
            _ => observation.period.clone(),
        }
    }

    /// Every combination of what no concept says that keys may hold: which dimensions, and where the code of each stands in its
    /// list, behind the last for the unknown.
    ///
    /// Of several dimensions only what is `used` is there: all products would be far more than there are numbers.
    fn custom_combinations(&self, used: &[(String, String)]) -> BTreeSet<Vec<(usize, usize)>> {
        let is_custom = |at: &usize| self.dimensions.get(*at).is_some_and(|mapped| mapped.at.is_none());
        let mut all = BTreeSet::new();
        for set in &self.indicator.definition.sets {
            let custom: Vec<usize> = set.iter().copied().filter(is_custom).collect();
            if let [at] = custom[..] {
                all.extend((0..=self.dimensions[at].codes.len()).map(|n| vec![(at, n)]));
            }
        }
        let listed: Vec<BTreeMap<&str, usize>> = self
            .dimensions
            .iter()
            .map(|mapped| {
                (0..)
                    .zip(&mapped.codes)
                    .map(|(n, (code, _))| (code.as_str(), n))
                    .collect()
            })
            .collect();
        for (by, codes) in used {
            let combination: Vec<(usize, usize)> = by
                .split(',')
                .zip(codes.split(','))
                .filter_map(|(name, code)| {
                    let at = self.dimensions.iter().position(|mapped| mapped.name == name)?;
                    let n = listed[at]
                        .get(code)
                        .copied()
                        .unwrap_or(self.dimensions[at].codes.len());
                    is_custom(&at).then_some((at, n))
                })
                .collect();
            if combination.len() > 1 {
                all.insert(combination);
            }
        }
        all
    }

    /// A combination as it stands in keys.
    fn combined_id(&self, combination: &[(usize, usize)]) -> String {
        let ids: Vec<String> = combination
            .iter()
            .map(|(at, n)| {
                let mapped = &self.dimensions[*at];
                let code = mapped.codes.get(*n).map_or(Dimension::UNKNOWN, |(code, _)| code);
                mapped.custom_id(code)
            })
            .collect();
        ids.join("$")
    }

    /// What a combination means in a language, in which the unknown is called `unknown`.
    fn combined_title(&self, combination: &[(usize, usize)], lang: Lang, unknown: &str) -> String {
        let dimensions = &self.indicator.definition.dimensions;
        let titles: Vec<&str> = combination
            .iter()
            .map(|(at, n)| {
                let code = dimensions[*at].codes.get(*n);
                code.map_or(unknown, |code| code.title.in_language(lang.code()))
            })
            .collect();
        titles.join(", ")
    }
}

/// True where a definition has several dimensions that no concept says, so that keys may join codes of them.
#[must_use]
pub fn joins_custom(definition: &Definition) -> bool {
    let custom = definition
        .dimensions
        .iter()
        .filter(|dimension| Mapped::of(dimension).at.is_none());
    custom.count() > 1
}

fn members(indicators: &[Indicator]) -> Vec<Member> {
    let series = ids::unique(indicators.iter().map(|indicator| {
        let definition = &indicator.definition;
        definition.series.as_deref().unwrap_or(&definition.code)
    }));
    let wanted: Vec<String> = [ALL, GOALS]
        .into_iter()
        .map(str::to_owned)
        .chain(
            indicators
                .iter()
                .map(|indicator| format!("DF_{}", indicator.definition.code)),
        )
        .collect();
    let flows = ids::unique(wanted.iter().map(String::as_str)).into_iter().skip(2);
    indicators
        .iter()
        .zip(series)
        .zip(flows)
        .map(|((indicator, series), flow)| Member {
            dimensions: indicator.definition.dimensions.iter().map(Mapped::of).collect(),
            indicator: indicator.clone(),
            series,
            flow,
        })
        .collect()
}

/// An observation with what is said of it.
fn told(observation: &Observation, period: String) -> Told {
    let figures = &observation.figures;
    let number = |n: Option<f64>| n.map(|n| n.to_string());
    let count = |n: Option<i64>| n.map(|n| n.to_string());
    Told {
        period,
        value: figures.value,
        attributes: vec![
            Some(status(observation).to_owned()),
            Some(observation.standing.as_str().to_uppercase()),
            number(figures.lower),
            number(figures.upper),
            number(figures.standard_error),
            number(figures.n_effective),
            number(figures.numerator),
            number(figures.denominator),
            count(figures.n),
            count(figures.n_missing),
            observation.as_of.map(|at| at.to_string()),
        ],
    }
}

/// The code of an observation in `CL_OBS_STATUS` (SDMX, version 2.2).
fn status(observation: &Observation) -> &'static str {
    match (observation.status, observation.standing) {
        (Status::Suppressed, _) => "Q",
        (Status::Empty, _) => "O",
        (Status::Normal, Standing::Official | Standing::Citizen) => "A",
        (Status::Normal, Standing::Provisional) => "P",
        // "Definition differs".
        (Status::Normal, Standing::Proxy) => "D",
        (Status::Normal, Standing::Estimated) => "E",
    }
}

/// The code of a definition's unit: that of its source, where it was imported.
fn unit(definition: &Definition) -> String {
    match (definition.imported(), definition.unit) {
        (Some(imported), _) if !imported.unit.is_empty() => ids::clean(&imported.unit),
        (_, Unit::Percent) => "PT".to_owned(),
        (_, Unit::Number) => "NUMBER".to_owned(),
    }
}

/// Writes names in every language that is complete, that of the installation first.
#[derive(Clone, Copy)]
struct Naming(Lang);

impl Naming {
    fn langs(self) -> impl Iterator<Item = Lang> {
        let own = self.0;
        let others = Lang::COMPLETE.into_iter().filter(move |lang| *lang != own);
        [own].into_iter().chain(others)
    }

    fn of(self, id: &str) -> Names {
        self.langs()
            .map(|lang| (lang.code().to_owned(), lang.text(id).to_string()))
            .collect()
    }

    fn words(self, words: &Words) -> Names {
        self.langs()
            .map(|lang| (lang.code().to_owned(), words.in_language(lang.code()).to_owned()))
            .collect()
    }
}

fn structure(names: Naming) -> Structure {
    let component = |id: &str, holds: Holds| {
        let word = id.to_lowercase().replace('_', "-");
        Component {
            id: id.to_owned(),
            names: names.of(&format!("indicators-sdmx-concept-{word}")),
            holds,
        }
    };
    let codes = |id: &str| Holds::Codes(codelist_of(id));
    let holds = |id: &str| match id {
        "UNIT_MEASURE" | "UNIT_MULT" | "OBS_STATUS" | "STANDING" => codes(id),
        "CUST_BREAKDOWN_LB" | "SOURCE_DETAIL" | "DEFINITION_VERSION" => Holds::Text,
        "DATA_LAST_UPDATE" | "AS_OF" => Holds::Moment,
        "N" | "N_MISSING" => Holds::Whole,
        _ => Holds::Number,
    };
    Structure {
        id: "INDICATORS".to_owned(),
        names: names.of("indicators-sdmx-structure"),
        dimensions: DIMENSIONS.iter().map(|id| component(id, codes(id))).collect(),
        time: component(TIME, Holds::Period),
        value: component(VALUE, Holds::Number),
        attributes: ATTRIBUTES
            .iter()
            .map(|(id, of)| Attribute {
                component: component(id, holds(id)),
                of: *of,
            })
            .collect(),
    }
}

/// The id of the list of a component's codes.
fn codelist_of(component: &str) -> String {
    format!("CL_{component}")
}

/// The lists of codes: what the definitions and places have, beside what is always there.
fn codelists(
    members: &[Member],
    areas: &[Area],
    area_ids: &BTreeMap<String, String>,
    used: &Used,
    names: Naming,
) -> Vec<Codelist> {
    let list = |component: &str, codes: Vec<Code>| {
        let word = component.to_lowercase().replace('_', "-");
        Codelist {
            id: codelist_of(component),
            names: names.of(&format!("indicators-sdmx-concept-{word}")),
            codes,
        }
    };
    // What is always there has a text each.
    let fixed = |kind: &str, ids: &[&str]| -> Vec<Code> {
        ids.iter()
            .map(|id| {
                let word = format!("{kind}-{}", id.to_lowercase());
                code(id, names.of(&format!("indicators-sdmx-code-{word}")))
            })
            .collect()
    };
    let mut lists: Vec<Codelist> = Vec::new();
    for (at, component) in DIMENSIONS.iter().enumerate() {
        let codes = match at {
            FREQUENCY => fixed("freq", &["A", "S", "T", "Q", "M", "D"]),
            REPORTING => fixed("reporting", &["N"]),
            SERIES => members
                .iter()
                .map(|member| {
                    let definition = &member.indicator.definition;
                    Code {
                        original: (definition.code != member.series).then(|| definition.code.clone()),
                        ..code(&member.series, names.words(&definition.title))
                    }
                })
                .collect(),
            AREA => areas
                .iter()
                .map(|area| area_code(area, area_ids, names))
                .collect(),
            CUSTOM => with_total(custom_codes(members, used, names), names),
            _ => with_total(concept_codes(members, at, names), names),
        };
        lists.push(list(component, codes));
    }
    let mut units = fixed("unit", &["PT", "NUMBER"]);
    for member in members {
        let definition = &member.indicator.definition;
        let id = unit(definition);
        if let Some(imported) = definition.imported()
            && units.iter().all(|known| known.id != id)
        {
            units.push(code(&id, vec![("en".to_owned(), imported.unit.clone())]));
        }
    }
    lists.push(list("UNIT_MEASURE", units));
    lists.push(list("UNIT_MULT", fixed("mult", &["0"])));
    lists.push(list(
        "OBS_STATUS",
        fixed("status", &["A", "P", "E", "D", "Q", "O"]),
    ));
    let standings = [
        Standing::Official,
        Standing::Provisional,
        Standing::Citizen,
        Standing::Proxy,
        Standing::Estimated,
    ]
    .map(|standing| standing.as_str().to_uppercase());
    let standings: Vec<&str> = standings.iter().map(String::as_str).collect();
    lists.push(list("STANDING", fixed("standing", &standings)));
    lists
}

fn code(id: &str, names: Names) -> Code {
    Code {
        id: id.to_owned(),
        names,
        parent: None,
        original: None,
    }
}

fn area_code(area: &Area, ids: &BTreeMap<String, String>, names: Naming) -> Code {
    let id = ids.get(&area.code).unwrap_or(&area.code);
    let own = names.0.code().to_owned();
    Code {
        parent: area.parent.as_ref().and_then(|parent| ids.get(parent)).cloned(),
        original: (*id != area.code).then(|| area.code.clone()),
        ..code(id, vec![(own, area.name.clone())])
    }
}

/// Everybody together, the codes, and the unknown.
fn with_total(codes: Vec<Code>, names: Naming) -> Vec<Code> {
    let mut all = vec![code(TOTAL, names.of("indicators-sdmx-code-total"))];
    all.extend(codes);
    all.push(code(Dimension::UNKNOWN, names.of("indicators-sdmx-code-unknown")));
    all
}

/// The codes that any definition has in a concept, each once.
fn concept_codes(members: &[Member], at: usize, names: Naming) -> Vec<Code> {
    let mut taken: BTreeSet<&str> = BTreeSet::from([TOTAL, Dimension::UNKNOWN]);
    let mut codes = Vec::new();
    for member in members {
        let dimensions = &member.indicator.definition.dimensions;
        for (mapped, dimension) in member.dimensions.iter().zip(dimensions) {
            if mapped.at != Some(at) {
                continue;
            }
            for ((original, id), said) in mapped.codes.iter().zip(&dimension.codes) {
                if taken.insert(id) {
                    codes.push(Code {
                        original: (original != id).then(|| original.clone()),
                        ..code(id, names.words(&said.title))
                    });
                }
            }
        }
    }
    codes
}

/// The codes of what no concept says, each once.
fn custom_codes(members: &[Member], used: &Used, names: Naming) -> Vec<Code> {
    let unknown: Vec<(Lang, String)> = names
        .langs()
        .map(|lang| (lang, lang.text("indicators-code-unknown").to_string()))
        .collect();
    let mut taken = BTreeSet::new();
    let mut codes: Vec<Code> = Vec::new();
    for member in members {
        let used = used.get(&member.indicator.definition.code);
        for combination in member.custom_combinations(used.map(Vec::as_slice).unwrap_or_default()) {
            let id = member.combined_id(&combination);
            if !taken.insert(id.clone()) {
                continue;
            }
            let titles = unknown
                .iter()
                .map(|(lang, unknown)| {
                    let title = member.combined_title(&combination, *lang, unknown);
                    (lang.code().to_owned(), title)
                })
                .collect();
            codes.push(code(&id, titles));
        }
    }
    codes
}
