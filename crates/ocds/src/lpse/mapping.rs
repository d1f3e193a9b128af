//! Which column is what, as the publisher's mapping file says it in the words of OCDS 0.3.3.

use serde_json::Value;
use thiserror::Error;

/// Names of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The code of the tender, of which the `ocid` is made.
    pub tender: String,
    pub title: String,
    pub buyer_name: String,
    pub buyer_id: String,
    /// The committee that ran the tender.
    pub committee: String,
    /// The owner's estimate.
    pub estimate: String,
    pub announced: String,
    pub closed: String,
    pub category: String,
    pub award: String,
    /// What the tender came to.
    pub result: String,
    pub winner: String,
    /// The winner's tax number.
    pub winner_id: String,
}

/// Why a mapping cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MappingError {
    #[error("the mapping is not JSON: {0}")]
    Json(String),
    #[error("the mapping has no releases")]
    NoReleases,
}

impl Default for Mapping {
    fn default() -> Self {
        let own = str::to_owned;
        Self {
            tender: own("kd_lelang"),
            title: own("nama_paket"),
            buyer_name: own("nama_satker"),
            buyer_id: own("kd_satker"),
            committee: own("nama_panitia"),
            estimate: own("hps"),
            announced: own("tgl_pengumuman"),
            closed: own("tanggal_akhir_lelang"),
            category: own("kategori"),
            award: own("kd_pemenang"),
            result: own("hasil_lelang"),
            winner: own("nama_pemenang"),
            winner_id: own("npwp_pemenang"),
        }
    }
}

impl Mapping {
    /// Reads the publisher's file. Entries before a colon (`number:`) are kinds; constants and what is null are passed over.
    ///
    /// # Errors
    /// Where the file is not a mapping.
    pub fn read(json: &[u8]) -> Result<Self, MappingError> {
        let file: Value = serde_json::from_slice(json).map_err(|e| MappingError::Json(e.to_string()))?;
        let release = file.pointer("/releases/0").ok_or(MappingError::NoReleases)?;
        let mut mapping = Self::default();
        for (pointer, column) in [
            ("/ocid", &mut mapping.tender),
            ("/buyer/id/name", &mut mapping.buyer_name),
            ("/buyer/id/uid", &mut mapping.buyer_id),
            ("/tender/procuringEntity/id/name", &mut mapping.committee),
            ("/tender/totalValue/amount", &mut mapping.estimate),
            ("/tender/tenderPeriod/startDate", &mut mapping.announced),
            ("/tender/tenderPeriod/endDate", &mut mapping.closed),
            ("/awards/0/awardID", &mut mapping.award),
            ("/awards/0/awardValue/amount", &mut mapping.result),
            ("/awards/0/suppliers/0/id/name", &mut mapping.winner),
            ("/awards/0/suppliers/0/id/uid", &mut mapping.winner_id),
            ("/awards/0/itemsAwarded/0/description", &mut mapping.title),
            (
                "/awards/0/itemsAwarded/0/classificationDescription",
                &mut mapping.category,
            ),
        ] {
            let said = release.pointer(pointer).and_then(Value::as_str);
            match said.map(|said| said.split_once(':').unwrap_or(("", said))) {
                Some(("constant", _)) | None => {}
                Some((_, name)) => name.clone_into(column),
            }
        }
        Ok(mapping)
    }
}
