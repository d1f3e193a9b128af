//! The score card of the health centre: a whole round of three groups and the provider, what became of its plan, and the next one.

use super::{
    super::{
        publishing::Desk,
        staff::{FACILITATOR, VILLAGE, VILLAGE_OFFICE, head_of},
    },
    Scene,
    facilities::CLINIC,
    rounds::{self, Criterion, Entitled, Fate, Group, Promised, given},
};
use crate::scorecards::model::{round::Scale, session::PROVIDER};

const PROVIDED_BY: &str = "dinkes";
/// Days ago: planned, entitlements written down, meeting, closed; of the first round.
const FIRST: [i64; 4] = [244, 242, 230, 62];
/// Days ago: planned, meeting; of the second.
const SECOND: [i64; 2] = [60, 48];

const GROUPS: [Group; 3] = [
    Group {
        code: "women",
        name: None,
        n_present: &[14, 16],
        criteria: &[
            Criterion {
                words: "Petugas ada sejak jam buka",
                standard: Some("staff-present"),
                given: &[
                    given(
                        45,
                        "Loket buka jam delapan, bidan datang jam setengah sepuluh.",
                        "Tempel jadwal dengan nama jabatan.",
                    ),
                    given(
                        70,
                        "Bidan sudah ada jam delapan, kecuali hari Senin.",
                        "Atur pengganti untuk hari rapat.",
                    ),
                ],
            },
            Criterion {
                words: "Bidan tidak memarahi ibu",
                standard: Some("respect"),
                given: &[
                    given(
                        55,
                        "Ibu yang terlambat memeriksakan diri dimarahi di depan orang.",
                        "Bicara di ruang tertutup.",
                    ),
                    given(
                        75,
                        "Sekarang ada ruang dengan tirai, dan bicaranya pelan.",
                        "Teruskan.",
                    ),
                ],
            },
            Criterion {
                words: "Obat tidak habis",
                standard: Some("supplies"),
                given: &[
                    given(
                        30,
                        "Tablet tambah darah dua bulan kosong, kami membeli di apotek.",
                        "Tulis di papan obat apa yang kosong.",
                    ),
                    given(
                        60,
                        "Papan obat ada; bulan ini hanya obat kulit yang kosong.",
                        "Pesan sebelum habis.",
                    ),
                ],
            },
            Criterion {
                words: "Tidak menunggu sampai siang",
                standard: Some("waiting"),
                given: &[
                    given(
                        35,
                        "Antre dari jam enam, dilayani jam sebelas.",
                        "Nomor antrean lewat pesan singkat.",
                    ),
                    given(
                        65,
                        "Dengan loket kedua paling lama dua jam.",
                        "Loket kedua dibuka setiap hari.",
                    ),
                ],
            },
        ],
    },
    Group {
        code: "young",
        name: None,
        n_present: &[9, 11],
        criteria: &[
            Criterion {
                words: "Boleh bertanya tanpa malu",
                standard: Some("respect"),
                given: &[
                    given(
                        50,
                        "Pertanyaan kami terdengar sampai ruang tunggu.",
                        "Ada ruang untuk remaja.",
                    ),
                    given(
                        60,
                        "Ada ruang hari Kamis, tetapi sering dipakai rapat.",
                        "Ruang itu jangan dipakai rapat.",
                    ),
                ],
            },
            Criterion {
                words: "Buka sesudah jam sekolah",
                standard: Some("hours"),
                given: &[
                    given(
                        20,
                        "Tutup jam satu, kami pulang sekolah jam dua.",
                        "Buka sore sekali seminggu.",
                    ),
                    given(
                        55,
                        "Kamis buka sampai jam lima; hari lain belum.",
                        "Tambah hari Selasa.",
                    ),
                ],
            },
            Criterion {
                words: "Ruang tunggu dan kamar kecil bersih",
                standard: Some("cleanliness"),
                given: &[
                    given(
                        40,
                        "Kamar kecil tidak ada airnya.",
                        "Pasang tandon dan jadwal bersih-bersih.",
                    ),
                    given(
                        45,
                        "Airnya ada, pintunya tidak bisa dikunci.",
                        "Perbaiki kuncinya.",
                    ),
                ],
            },
        ],
    },
    Group {
        code: "own",
        name: Some("Ibu tunggal"),
        n_present: &[6, 7],
        criteria: &[
            Criterion {
                words: "Tidak ditanya soal suami di depan orang",
                standard: Some("respect"),
                given: &[
                    given(
                        25,
                        "Petugas loket menanyakan suami dengan suara keras.",
                        "Hapus pertanyaan itu dari loket.",
                    ),
                    given(
                        60,
                        "Pertanyaannya sudah pindah ke lembar isian.",
                        "Jelaskan untuk apa ditanyakan.",
                    ),
                ],
            },
            Criterion {
                words: "Ongkos ke puskesmas",
                standard: Some("cost"),
                given: &[
                    given(
                        30,
                        "Ojek pulang pergi sama dengan upah setengah hari.",
                        "Pusling sebulan dua kali ke dusun.",
                    ),
                    given(
                        40,
                        "Pusling datang sebulan sekali, tidak dua kali.",
                        "Umumkan tanggalnya di musala.",
                    ),
                ],
            },
            Criterion {
                words: "Tahu obat apa yang gratis",
                standard: Some("information"),
                given: &[
                    given(
                        35,
                        "Kami baru tahu sesudah membayar.",
                        "Tempel daftar obat gratis.",
                    ),
                    given(
                        70,
                        "Daftarnya ditempel dan dibacakan kader.",
                        "Perbarui setiap bulan.",
                    ),
                ],
            },
        ],
    },
];

/// What the provider gave itself, unseen.
const STAFF: Group = Group {
    code: PROVIDER,
    name: None,
    n_present: &[8, 9],
    criteria: &[
        Criterion {
            words: "Petugas hadir sesuai jadwal",
            standard: Some("staff-present"),
            given: &[
                given(
                    80,
                    "Presensi di atas delapan puluh persen; Senin pagi ada apel di kabupaten.",
                    "Apel digilir.",
                ),
                given(80, "Apel sudah digilir.", "Tambah satu bidan."),
            ],
        },
        Criterion {
            words: "Pelayanan ramah",
            standard: Some("respect"),
            given: &[
                given(85, "Tidak ada pengaduan tertulis.", "Pelatihan setahun sekali."),
                given(
                    80,
                    "Kami mendengar di pertemuan warga bahwa belum semua merasa begitu.",
                    "Pelatihan untuk petugas loket.",
                ),
            ],
        },
        Criterion {
            words: "Obat tersedia",
            standard: Some("supplies"),
            given: &[
                given(
                    60,
                    "Kiriman gudang kabupaten terlambat dua kali.",
                    "Pesan triwulanan.",
                ),
                given(
                    70,
                    "Pesanan sekarang triwulanan.",
                    "Gudang memberi kabar bila terlambat.",
                ),
            ],
        },
        Criterion {
            words: "Waktu tunggu",
            standard: Some("waiting"),
            given: &[
                given(
                    70,
                    "Rata-rata sembilan puluh menit menurut buku loket.",
                    "Loket kedua bila ada petugas.",
                ),
                given(
                    70,
                    "Loket kedua buka tiga hari seminggu.",
                    "Buka setiap hari mulai triwulan depan.",
                ),
            ],
        },
    ],
};

const INPUTS: [Entitled; 4] = [
    Entitled {
        what: "Bidan",
        entitlement: "3 orang",
        actual: "2 orang",
        remark: "Satu pindah, penggantinya belum ada.",
        is_short: true,
    },
    Entitled {
        what: "Tablet tambah darah",
        entitlement: "Selalu ada",
        actual: "Kosong dua bulan",
        remark: "Kiriman gudang kabupaten terlambat.",
        is_short: true,
    },
    Entitled {
        what: "Puskesmas keliling",
        entitlement: "Dua kali sebulan",
        actual: "Sekali sebulan",
        remark: "Kendaraan dipakai dua kecamatan.",
        is_short: true,
    },
    Entitled {
        what: "Papan tarif",
        entitlement: "Terpasang di loket",
        actual: "Terpasang",
        remark: "",
        is_short: false,
    },
];

const PROMISES: [Promised; 6] = [
    Promised {
        promise: "Jadwal petugas dengan jabatannya ditempel di pintu dan diperbarui setiap Senin.",
        owner: PROVIDED_BY,
        post: "Kepala puskesmas",
        resources: "Papan tulis",
        due: 14,
        fate: Fate::Kept(
            12,
            "Jadwal terpasang; kader melihatnya tiga Senin berturut-turut.",
        ),
    },
    Promised {
        promise: "Papan obat menunjukkan obat yang kosong dan kapan datang lagi.",
        owner: PROVIDED_BY,
        post: "Petugas obat",
        resources: "Papan dan spidol",
        due: 30,
        fate: Fate::Kept(29, "Papan obat ada di ruang tunggu sejak akhir bulan."),
    },
    Promised {
        promise: "Loket kedua dibuka pada hari pasar.",
        owner: PROVIDED_BY,
        post: "Kepala tata usaha",
        resources: "Satu petugas dari kecamatan",
        due: 60,
        fate: Fate::Kept(58, "Loket kedua buka tiga hari seminggu."),
    },
    Promised {
        promise: "Puskesmas keliling datang ke setiap dusun dua kali sebulan.",
        owner: PROVIDED_BY,
        post: "Kepala dinas",
        resources: "Kendaraan kedua",
        due: 90,
        fate: Fate::Moved(
            85,
            270,
            "Kendaraan kedua baru dianggarkan tahun depan; sampai itu sekali sebulan.",
        ),
    },
    Promised {
        promise: "Ruang khusus remaja dibuka setiap Kamis sampai pukul 17.",
        owner: PROVIDED_BY,
        post: "Bidan koordinator",
        resources: "Satu ruang, satu bidan",
        due: 45,
        fate: Fate::Open,
    },
    Promised {
        promise: "Desa menanggung ongkos ojek ibu hamil yang tidak mampu.",
        owner: VILLAGE_OFFICE,
        post: "Kepala urusan kesejahteraan",
        resources: "Dana desa",
        due: 120,
        fate: Fate::BrokenOff(
            100,
            "Peraturan melarang dana desa untuk ongkos perorangan; diganti mobil siaga desa.",
        ),
    },
];

const NEXT_PROMISES: [Promised; 2] = [
    Promised {
        promise: "Loket kedua dibuka setiap hari kerja.",
        owner: PROVIDED_BY,
        post: "Kepala tata usaha",
        resources: "Satu petugas tetap",
        due: 75,
        fate: Fate::Open,
    },
    Promised {
        promise: "Ruang remaja tidak dipakai rapat, dan kunci kamar kecil diperbaiki.",
        owner: PROVIDED_BY,
        post: "Kepala puskesmas",
        resources: "Tukang kunci",
        due: 21,
        fate: Fate::Kept(18, "Kunci diganti; ruang remaja ditandai di jadwal rapat."),
    },
];

/// Tells both rounds; returns how many promises were made.
///
/// # Errors
/// When something is refused.
pub async fn tell(desk: &Desk<'_>, scene: &Scene<'_>) -> anyhow::Result<usize> {
    let place = scene.village.code.as_str();
    let [planned, tracked, met, closed] = FIRST;
    let when = (planned, -met, true);
    let round = rounds::plan(desk, (CLINIC, place), Scale::Hundred, when, &GROUPS).await?;
    rounds::track(desk, &round, tracked, &INPUTS).await?;
    for (ago, group) in (1..).zip(&GROUPS) {
        rounds::hold(desk, &round, FACILITATOR, (0, tracked - ago), group).await?;
    }
    let head = head_of(PROVIDED_BY);
    rounds::hold(desk, &round, &head, (0, met + 2), &STAFF).await?;
    let notes = [
        "Soal dimarahi: puskesmas mengira tidak ada masalah karena tidak ada pengaduan tertulis.",
        "Semua sepakat bahwa obat kosong bukan salah petugas loket.",
    ];
    rounds::meet(desk, &round, met, None, &notes).await?;
    let came = [("women", 18), ("men", 9), ("young", 11), ("disability", 2)];
    let minutes = "Nilai kedua pihak dibacakan bersama. Jarak paling lebar pada sikap petugas dan jam buka. Enam janji disepakati.";
    let codes = rounds::agree(desk, &round, met, &PROMISES, (43, &came), minutes).await?;
    rounds::follow_up(desk, met, &PROMISES, &codes, keeper).await?;
    rounds::close(desk, &round, closed).await?;
    again(desk, place).await?;
    Ok(PROMISES.len() + NEXT_PROMISES.len())
}

/// The round six months later, on the same criteria.
async fn again(desk: &Desk<'_>, place: &str) -> anyhow::Result<()> {
    let [planned, met] = SECOND;
    let when = (planned, -met, true);
    let round = rounds::plan(desk, (CLINIC, place), Scale::Hundred, when, &GROUPS).await?;
    for (ago, group) in (1..).zip(&GROUPS) {
        rounds::hold(desk, &round, FACILITATOR, (1, planned - 2 - ago), group).await?;
    }
    let head = head_of(PROVIDED_BY);
    rounds::hold(desk, &round, &head, (1, met + 2), &STAFF).await?;
    let notes = ["Loket kedua dan papan obat disebut semua kelompok sebagai perbaikan."];
    rounds::meet(desk, &round, met, None, &notes).await?;
    let came = [("women", 20), ("men", 12), ("young", 13)];
    let minutes = "Semua nilai naik. Yang masih rendah: ongkos dan kamar kecil. Dua janji baru disepakati.";
    let codes = rounds::agree(desk, &round, met, &NEXT_PROMISES, (51, &came), minutes).await?;
    rounds::follow_up(desk, met, &NEXT_PROMISES, &codes, keeper).await
}

/// The account of whoever says what became of an office's promises.
fn keeper(owner: &str) -> String {
    match owner {
        VILLAGE_OFFICE => VILLAGE.to_owned(),
        office => head_of(office),
    }
}
