use super::*;
use crate::{check, testing::real};
use pretty_assertions::assert_eq;

fn options() -> Options {
    Options {
        ocid_prefix: "ocds-odlab0".to_owned(),
    }
}

const HEADER: &str = "kd_lelang,nama_paket,tgl_pengumuman,tanggal_akhir_lelang,hps,hasil_lelang,nama_pemenang,npwp_pemenang,kd_satker,nama_satker\n";

fn first(row: &str) -> Result<Value, Refused> {
    let mut all = Vec::new();
    let text = format!("{HEADER}{row}");
    convert(text.as_bytes(), &Mapping::default(), &options(), |converted| {
        all.push(converted);
    })
    .expect("a heading");
    assert_eq!((all.len(), all[0].0), (1, 2));
    all.remove(0).1
}

#[test]
fn a_tender_becomes_a_release_with_its_prices_as_they_stand() {
    let release =
        first("7,Jembatan,2012-12-06,2012-12-28,1000,900.500000,CV. Maju,01.2,5,Dinas").expect("a release");
    assert_eq!(release["ocid"], "ocds-odlab0-7");
    assert_eq!(
        release["tender"]["value"],
        json!({"amount": 1000, "currency": "IDR"})
    );
    assert_eq!(release["awards"][0]["value"]["amount"], 900.5);
    assert_eq!(release["awards"][0]["suppliers"][0]["id"], "ID-NPWP-01.2");
    assert_eq!(release["buyer"]["id"], "ID-SATKER-5");
    assert_eq!(check::check(&release), []);
}

#[test]
fn what_is_wrong_is_named() {
    let empty = |column: &str| Err(Refused::Empty(column.to_owned()));
    assert_eq!(first(",Jembatan,2012-12-06,,1,1,,,5,Dinas"), empty("kd_lelang"));
    assert_eq!(first("7,Jembatan,,,1,1,,,5,Dinas"), empty("tgl_pengumuman"));
    let date = Refused::Date {
        column: "tgl_pengumuman".to_owned(),
        value: "6/12/2012".to_owned(),
    };
    assert_eq!(first("7,Jembatan,6/12/2012,,1,1,,,5,Dinas"), Err(date));
    let amount = Refused::Amount {
        column: "hps".to_owned(),
        value: "1e9".to_owned(),
    };
    assert_eq!(first("7,Jembatan,2012-12-06,,1e9,1,,,5,Dinas"), Err(amount));
}

#[test]
fn tenders_of_2012_all_become_releases() {
    let Some(folder) = real("indonesia-lpse") else {
        return;
    };
    let mapping =
        Mapping::read(&std::fs::read(folder.join("mapping-lpse-procurement.json")).expect("a mapping"))
            .expect("a mapping");
    assert_eq!(mapping, Mapping::default());
    let file = std::fs::File::open(folder.join("lpse-procurement-2012.csv")).expect("a file");
    let (mut releases, mut awards, mut refused, mut sum) = (0, 0, Vec::new(), 0.0);
    convert(file, &mapping, &options(), |(line, converted)| match converted {
        Ok(release) => {
            let found = check::check(&release);
            assert!(check::accepted(&found), "line {line}: {found:?}");
            releases += 1;
            if let Some(value) = release.pointer("/awards/0/value/amount").and_then(Value::as_f64) {
                awards += 1;
                sum += value;
            }
        }
        Err(refusal) => refused.push((line, refusal)),
    })
    .expect("a heading");
    println!("{releases} releases, {awards} awards of {sum}; refused: {refused:?}");
    assert_eq!(releases + refused.len(), 1537);
    assert_eq!((releases, awards), (1537, 864));
}
