//! Question types and their aliases: which control they show and what their bind says.

/// How a question appears in the body of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    /// Nothing to see: calculations, metadata, hidden values.
    Unseen,
    Input,
    Trigger,
    Range,
    /// A file, with the media type asked for.
    Upload(&'static str),
    Select1,
    Select,
    Rank,
}

impl Control {
    pub(super) fn tag(self) -> Option<&'static str> {
        match self {
            Self::Unseen => None,
            Self::Input => Some("input"),
            Self::Trigger => Some("trigger"),
            Self::Range => Some("range"),
            Self::Upload(_) => Some("upload"),
            Self::Select1 => Some("select1"),
            Self::Select => Some("select"),
            Self::Rank => Some("odk:rank"),
        }
    }
}

/// A question type, whatever alias the workbook used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct QuestionType {
    /// The name that today's documentation uses.
    pub name: &'static str,
    pub control: Control,
    /// Attributes of the bind; without any, the question has no bind unless its row asks for one.
    pub bind: &'static [(&'static str, &'static str)],
    /// A hint of the type's own.
    pub hint: Option<&'static str>,
}

/// Finds a question type by any of its names; spelling of case, spaces and underscores is free.
pub(super) fn find(name: &str) -> Option<&'static QuestionType> {
    let exact = TYPES.iter().find(|known| known.name == name);
    exact.or_else(|| {
        let folded = fold(name);
        let canonical = ALIASES
            .iter()
            .find(|(alias, _)| fold(alias) == folded)
            .map(|(_, name)| *name);
        TYPES
            .iter()
            .find(|known| canonical.map_or_else(|| fold(known.name) == folded, |name| known.name == name))
    })
}

/// A select's command, before the name of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Select {
    One,
    Multiple,
    Rank,
    OneFromFile,
    MultipleFromFile,
    /// From the sheet `external_choices`, which Collect looks up in `itemsets.csv`.
    OneExternal,
}

/// Splits `select_one yes_no or_other` into its command, list and whether "other" is offered.
pub(super) fn select(name: &str) -> Option<(Select, String, bool)> {
    let words: Vec<&str> = name.split_whitespace().collect();
    SELECTS.iter().find_map(|(command, select)| {
        let length = command.split(' ').count();
        if words.get(..length)?.join(" ").to_lowercase() != *command {
            return None;
        }
        let (list, tail) = words[length..].split_first()?;
        match tail.join(" ").to_lowercase().as_str() {
            "" => Some((*select, (*list).to_owned(), false)),
            "or_other" | "or other" | "or specify other" => Some((*select, (*list).to_owned(), true)),
            _ => None,
        }
    })
}

/// Is the word a select command that lacks its list?
pub(super) fn is_bare_select(name: &str) -> bool {
    let folded = fold(name);
    SELECTS.iter().any(|(command, _)| fold(command) == folded)
}

/// The brackets of groups and repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bracket {
    BeginGroup,
    EndGroup,
    BeginRepeat,
    EndRepeat,
    /// A group whose questions are asked once a choice of the list.
    BeginLoop(Option<String>),
    EndLoop,
}

/// Reads `begin_group`, `End repeat`, `begin loop over fruits` and their aliases.
pub(super) fn bracket(name: &str) -> Option<Bracket> {
    let folded = fold(name);
    let (begin, rest) = match folded.split_once('_')? {
        ("begin", rest) => (true, rest),
        ("end", rest) => (false, rest),
        _ => return None,
    };
    match (begin, rest) {
        (true, "group") => Some(Bracket::BeginGroup),
        (false, "group") => Some(Bracket::EndGroup),
        (true, "repeat" | "lgroup" | "looped_group") => Some(Bracket::BeginRepeat),
        (false, "repeat" | "lgroup" | "looped_group") => Some(Bracket::EndRepeat),
        (false, "loop") => Some(Bracket::EndLoop),
        (true, "loop") => Some(Bracket::BeginLoop(None)),
        (true, rest) if rest.starts_with("loop_") => {
            let list = name.split_whitespace().next_back()?;
            Some(Bracket::BeginLoop(Some(list.to_owned())))
        }
        _ => None,
    }
}

/// Words offered when a type is not known.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let brackets = [
        "begin_group",
        "end_group",
        "begin_repeat",
        "end_repeat",
        "csv-external",
        "xml-external",
    ];
    let selects = [
        "select_one",
        "select_multiple",
        "select_one_from_file",
        "select_multiple_from_file",
        "select_one_external",
        "rank",
    ];
    TYPES
        .iter()
        .map(|known| known.name)
        .filter(|name| !name.contains(' '))
        .chain(brackets)
        .chain(selects)
}

fn fold(name: &str) -> String {
    name.split(|c: char| c.is_whitespace() || c == '_' || c == '-')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("_")
        .to_lowercase()
}

const SELECTS: &[(&str, Select)] = &[
    ("add select one prompt using", Select::One),
    ("add select multiple prompt using", Select::Multiple),
    ("select all that apply from", Select::Multiple),
    ("select_one_from_file", Select::OneFromFile),
    ("select one from file", Select::OneFromFile),
    ("select_multiple_from_file", Select::MultipleFromFile),
    ("select multiple from file", Select::MultipleFromFile),
    ("select_one_external", Select::OneExternal),
    ("select one external", Select::OneExternal),
    ("select one from", Select::One),
    ("select multiple from", Select::Multiple),
    ("select multiple using", Select::Multiple),
    ("select one using", Select::One),
    ("select1", Select::One),
    ("select_one", Select::One),
    ("select one", Select::One),
    ("select_multiple", Select::Multiple),
    ("select multiple", Select::Multiple),
    ("select all that apply", Select::Multiple),
    ("rank", Select::Rank),
];

const STRING: &[(&str, &str)] = &[("type", "string")];
const INT: &[(&str, &str)] = &[("type", "int")];
const DATE_TIME: &[(&str, &str)] = &[("type", "dateTime")];
const BINARY: &[(&str, &str)] = &[("type", "binary")];
const GEOPOINT: &[(&str, &str)] = &[("type", "geopoint")];
const NOTE: &[(&str, &str)] = &[("readonly", "true()"), ("type", "string")];

const fn shown(
    name: &'static str,
    control: Control,
    bind: &'static [(&'static str, &'static str)],
) -> QuestionType {
    QuestionType {
        name,
        control,
        bind,
        hint: None,
    }
}

const fn unseen(name: &'static str, bind: &'static [(&'static str, &'static str)]) -> QuestionType {
    shown(name, Control::Unseen, bind)
}

/// A value the device fills in by itself.
macro_rules! preload {
    ($name:literal, $type:literal, $preload:literal) => {
        preload!($name, $type, $preload, $name)
    };
    ($name:literal, $type:literal, $preload:literal, $parameter:literal) => {
        unseen(
            $name,
            &[
                ("type", $type),
                ("jr:preload", $preload),
                ("jr:preloadParams", $parameter),
            ],
        )
    };
}

const TYPES: &[QuestionType] = &[
    shown("text", Control::Input, STRING),
    shown("integer", Control::Input, INT),
    shown("decimal", Control::Input, &[("type", "decimal")]),
    shown("range", Control::Range, INT),
    shown("date", Control::Input, &[("type", "date")]),
    shown("time", Control::Input, &[("type", "time")]),
    shown("dateTime", Control::Input, DATE_TIME),
    shown("note", Control::Input, NOTE),
    shown("geopoint", Control::Input, GEOPOINT),
    shown("geotrace", Control::Input, &[("type", "geotrace")]),
    shown("geoshape", Control::Input, &[("type", "geoshape")]),
    shown("barcode", Control::Input, &[("type", "barcode")]),
    shown("acknowledge", Control::Trigger, STRING),
    shown("trigger", Control::Trigger, &[]),
    shown("image", Control::Upload("image/*"), BINARY),
    shown("audio", Control::Upload("audio/*"), BINARY),
    shown("video", Control::Upload("video/*"), BINARY),
    shown("file", Control::Upload("application/*"), BINARY),
    shown("osm", Control::Upload("osm/*"), BINARY),
    unseen("calculate", STRING),
    unseen("hidden", STRING),
    unseen("audit", BINARY),
    unseen("start-geopoint", GEOPOINT),
    unseen("background-audio", BINARY),
    shown("background-geopoint", Control::Trigger, GEOPOINT),
    preload!("start", "dateTime", "timestamp"),
    preload!("end", "dateTime", "timestamp"),
    preload!("today", "date", "date"),
    preload!("deviceid", "string", "property"),
    preload!("phonenumber", "string", "property"),
    preload!("username", "string", "property"),
    preload!("email", "string", "property"),
    preload!("simserial", "string", "property"),
    preload!("subscriberid", "string", "property"),
    preload!("uri:deviceid", "string", "property"),
    preload!("uri:phonenumber", "string", "property"),
    preload!("uri:username", "string", "property"),
    preload!("uri:email", "string", "property"),
    preload!("uri:simserial", "string", "property"),
    preload!("uri:subscriberid", "string", "property"),
    // Types of the first XLSForms, still found in old workbooks.
    QuestionType {
        name: "phone number",
        control: Control::Input,
        bind: &[("type", "string"), ("constraint", "regex(., '^\\d*$')")],
        hint: Some("Enter numbers only."),
    },
    shown(
        "percentage",
        Control::Input,
        &[("type", "int"), ("constraint", "0 <= . and . <= 100")],
    ),
    QuestionType {
        name: "number of days in last month",
        control: Control::Input,
        bind: &[("type", "int"), ("constraint", "0 <= . and . <= 31")],
        hint: Some("Enter a number 0-31."),
    },
    QuestionType {
        name: "number of days in last six months",
        control: Control::Input,
        bind: &[("type", "int"), ("constraint", "0 <= . and . <= 183")],
        hint: Some("Enter a number 0-183."),
    },
    QuestionType {
        name: "number of days in last year",
        control: Control::Input,
        bind: &[("type", "int"), ("constraint", "0 <= . and . <= 365")],
        hint: Some("Enter a number 0-365."),
    },
];

/// Other names of the types above, compared without regard to case, spaces, `_` and `-`.
const ALIASES: &[(&str, &str)] = &[
    ("string", "text"),
    ("q string", "text"),
    ("add text prompt", "text"),
    ("int", "integer"),
    ("q int", "integer"),
    ("add integer prompt", "integer"),
    ("q decimal", "decimal"),
    ("add decimal prompt", "decimal"),
    ("q date", "date"),
    ("add date prompt", "date"),
    ("date time", "dateTime"),
    ("datetime", "dateTime"),
    ("q date time", "dateTime"),
    ("q dateTime", "dateTime"),
    ("add date time prompt", "dateTime"),
    ("add dateTime prompt", "dateTime"),
    ("q note", "note"),
    ("add note prompt", "note"),
    ("gps", "geopoint"),
    ("location", "geopoint"),
    ("q location", "geopoint"),
    ("q geopoint", "geopoint"),
    ("add location prompt", "geopoint"),
    ("q geotrace", "geotrace"),
    ("q geoshape", "geoshape"),
    ("q barcode", "barcode"),
    ("add barcode prompt", "barcode"),
    ("q acknowledge", "acknowledge"),
    ("add acknowledge prompt", "acknowledge"),
    ("photo", "image"),
    ("picture", "image"),
    ("q picture", "image"),
    ("q image", "image"),
    ("add image prompt", "image"),
    ("add photo prompt", "image"),
    ("q audio", "audio"),
    ("add audio prompt", "audio"),
    ("q video", "video"),
    ("add video prompt", "video"),
    ("add file prompt", "file"),
    ("q calculate", "calculate"),
    ("add calculate prompt", "calculate"),
    ("start time", "start"),
    ("get start time", "start"),
    ("end time", "end"),
    ("get end time", "end"),
    ("get today", "today"),
    ("device id", "deviceid"),
    ("get device id", "deviceid"),
    ("imei", "deviceid"),
    ("get phone number", "phonenumber"),
    ("sim id", "simserial"),
    ("get sim id", "simserial"),
    ("subscriber id", "subscriberid"),
    ("get subscriber id", "subscriberid"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_found_under_every_spelling() {
        for name in [
            "dateTime",
            "datetime",
            "date time",
            "Date_Time",
            "add date time prompt",
        ] {
            assert_eq!(find(name).map(|known| known.name), Some("dateTime"), "{name}");
        }
        assert_eq!(
            find("Start Geopoint").map(|known| known.name),
            Some("start-geopoint")
        );
        assert_eq!(find("phone number").map(|known| known.name), Some("phone number"));
        assert_eq!(find("phonenumber").map(|known| known.name), Some("phonenumber"));
        assert!(find("selct_one").is_none());
    }

    #[test]
    fn selects_name_their_list() {
        assert_eq!(
            select("select_one yes_no"),
            Some((Select::One, "yes_no".to_owned(), false))
        );
        assert_eq!(
            select("select one from yes_no"),
            Some((Select::One, "yes_no".to_owned(), false))
        );
        assert_eq!(
            select("Select_Multiple  pets or_other"),
            Some((Select::Multiple, "pets".to_owned(), true))
        );
        assert_eq!(
            select("select all that apply from pets or specify other"),
            Some((Select::Multiple, "pets".to_owned(), true))
        );
        assert_eq!(
            select("select_one_from_file places.csv"),
            Some((Select::OneFromFile, "places.csv".to_owned(), false))
        );
        assert_eq!(
            select("select_one ${member}"),
            Some((Select::One, "${member}".to_owned(), false))
        );
        assert_eq!(select("select_one"), None);
        assert!(is_bare_select("select one"));
    }

    #[test]
    fn brackets_open_and_close() {
        assert_eq!(bracket("begin_group"), Some(Bracket::BeginGroup));
        assert_eq!(bracket("Begin Repeat"), Some(Bracket::BeginRepeat));
        assert_eq!(bracket("end looped group"), Some(Bracket::EndRepeat));
        assert_eq!(
            bracket("begin loop over fruits"),
            Some(Bracket::BeginLoop(Some("fruits".to_owned())))
        );
        assert_eq!(bracket("beginning"), None);
    }
}
