//! What the targets and their seeds share: forms to fill, and workbooks built around damaged sheets.

use std::io::Write;

use flate2::Crc;
use formats::{
    xform::Form,
    xlsform::{self, Converted, Options, finding::Problems, workbook::Kind},
};

/// The product's own form, and one with what it has not: files, repeats in repeats, entities, triggers, defaults.
pub const FORMS: [&str; 2] = [include_str!("../../data/forms/household.md"), ODDITIES];

const ODDITIES: &str = "
| survey |
| | type | name | label::English (en) | label::Kiswahili (sw) | relevant | constraint | calculation | repeat_count | default | trigger | choice_filter | parameters | save_to |
| | start | start | | | | | | | | | | | |
| | audit | audit | | | | | | | | | | location-priority=balanced location-min-interval=60 location-max-age=120 | |
| | select_one_from_file places.csv | place | Place | Mahali | | | | | | | level = 'village' | randomize=true seed=7 | |
| | integer | size | How many? | Wangapi? | | . > 0 and . < 9 | | | 2 | | | | |
| | begin_repeat | person | Person | Mtu | | | | ${size} | | | | | |
| | text | name | Name | Jina | | regex(., '^[A-Z]') | | | ${last-saved#name} | | | | full_name |
| | date | born | Born | Kuzaliwa | ${name} != '' | . <= today() | | | today() - 3650 | | | | |
| | select_multiple likes or_other | likes | Likes ${name} | | ${born} < today() | count-selected(.) < 3 | | | | | | | |
| | begin_repeat | visit | Visit | Ziara | selected(${likes}, 'tea') | | | | | | | | |
| | geoshape | where | Where | Wapi | | | | | | | | | |
| | decimal | cost | Cost | Bei | | | | | | | | | |
| | end_repeat | | | | | | | | | | | | |
| | calculate | total | | | | | sum(${cost}) + position(..) | | | | | | |
| | end_repeat | | | | | | | | | | | | |
| | rank likes | best | Best | Bora | | | | | | | | | |
| | range | mood | Mood | Hali | | | | | | | | start=0 end=10 step=0.5 | |
| | calculate | when | | | | | now() | | | ${mood} | | | |
| | calculate | key | | | | | concat(indexed-repeat(${name}, ${person}, 1), pulldata('places', 'label', 'name', ${place})) | | | | | | |
| choices |
| | list_name | name | label::English (en) | label::Kiswahili (sw) | image |
| | likes | tea | Tea | Chai | tea.jpg |
| | likes | milk | Milk | Maziwa | |
| entities |
| | list_name | label |
| | persons | ${name} |
";

/// Converts as the product does when somebody uploads a workbook.
pub fn convert(bytes: &[u8], kind: Kind) -> Result<Converted, Problems> {
    xlsform::read(bytes, kind).and_then(|workbook| xlsform::convert(&workbook, &Options::default()))
}

/// What comes out of a workbook is a form that can be opened, whatever went in.
pub fn open(form: &Converted) -> Option<Form> {
    roxmltree::Document::parse(&form.xform).unwrap_or_else(|error| panic!("{error}\n{}", form.xform));
    Form::parse(&form.xform).ok()
}

/// A form that is known to be sound.
pub fn sound(markdown: &str) -> Form {
    let form = convert(markdown.as_bytes(), Kind::Markdown).unwrap_or_else(|problems| panic!("{problems}"));
    Form::parse(&form.xform).unwrap_or_else(|error| panic!("{error}"))
}

/// An Excel workbook with these XML texts as its sheets `survey`, `choices` and `settings` and as its shared strings.
pub fn xlsx(parts: &[&[u8]]) -> Vec<u8> {
    const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>";
    const ROOT: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
    const BOOK: &str = "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"survey\" sheetId=\"1\" r:id=\"s1\"/><sheet name=\"choices\" sheetId=\"2\" r:id=\"s2\"/><sheet name=\"settings\" sheetId=\"3\" r:id=\"s3\"/></sheets></workbook>";
    const LINKS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"s1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"s2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet2.xml\"/><Relationship Id=\"s3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet3.xml\"/><Relationship Id=\"t\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>";
    let mut files: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", ROOT.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", LINKS.as_bytes()),
    ];
    let names = [
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/worksheets/sheet3.xml",
        "xl/sharedStrings.xml",
        "xl/styles.xml",
    ];
    files.extend(names.into_iter().zip(parts.iter().copied()));
    zip(&files)
}

/// A ZIP archive of uncompressed files.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let mut sum = Crc::new();
        sum.update(bytes);
        let offset = out.len() as u32;
        // Version, flags, method, time, date, check sum, both sizes, lengths of name and extra field.
        let mut header = Vec::new();
        for number in [20_u16, 0, 0, 0, 0x21] {
            header.extend(number.to_le_bytes());
        }
        for number in [sum.sum(), bytes.len() as u32, bytes.len() as u32] {
            header.extend(number.to_le_bytes());
        }
        for number in [name.len() as u16, 0] {
            header.extend(number.to_le_bytes());
        }
        let _ = out.write_all(b"PK\x03\x04");
        out.extend(&header);
        out.extend(name.as_bytes());
        out.extend(*bytes);
        let _ = directory.write_all(b"PK\x01\x02\x14\x00");
        directory.extend(&header);
        directory.extend([0_u8; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let start = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    for _ in 0..2 {
        out.extend((files.len() as u16).to_le_bytes());
    }
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// Cuts an input into at most `most` pieces at the zero bytes, which no text holds.
pub fn pieces(data: &[u8], most: usize) -> Vec<&[u8]> {
    data.splitn(most, |byte| *byte == 0).collect()
}
