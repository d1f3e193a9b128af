# Pertanyaan langsung di radio atau di balai.

village-radio-title = Radio dan dialog di balai
village-radio-lead = Pertanyaan yang diajukan langsung dicatat di sini, menjadi laporan, dan diceritakan kembali pada acara berikutnya.
village-radio-programmes-none = Belum ada acara yang dicatat.
village-radio-name = Nama acara atau dialog
village-radio-kind = Jenis
village-radio-kind-radio = Radio
village-radio-kind-hall = Balai
village-radio-new = Catat acara atau dialog
village-radio-questions = Pertanyaan
village-radio-none = Belum ada pertanyaan yang dicatat.
village-radio-number = No.
village-radio-request = Laporan
village-radio-asked-by = Ditanyakan oleh
village-radio-note = Catat pertanyaan
village-radio-question = Pertanyaan, dengan kata-kata penanya
village-radio-service = Tentang apa
village-radio-about = Tempat yang dimaksud
village-radio-about-hint = Kosongkan bila sama dengan tempat acara
village-radio-asker = Nama penanya
village-radio-phone-hint = Bila ia ingin dikabari kelanjutannya
village-radio-agreed = Nama di radio
village-radio-agreed-yes = Ia setuju namanya dibacakan
village-radio-said-noted = Pertanyaan dicatat dan menjadi laporan. Catat yang berikutnya.
village-radio-sheet = Lembar untuk dibacakan: kelanjutan pertanyaan
village-radio-sheet-title = { $title }, { $day }
village-radio-sheet-lead = Kelanjutan pertanyaan yang diajukan. Nama hanya dari orang yang setuju.
village-radio-became = Kelanjutan pertanyaan
village-radio-left-out = { $n } pertanyaan rahasia tidak dibacakan.
village-radio-pdf = Cetak lembar (PDF)

problem-village-radio-unknown = Acara itu tidak ada.
problem-village-radio-kind = Pilih radio atau balai.
problem-village-radio-title-missing = Isi nama acara atau dialog, paling banyak 120 huruf.
