# Dua kebenaran berdampingan: kata pengguna, penyedia, survei, laporan, dan kantor tentang satu fasilitas.
problem-beside-choice = Pilih salah satu dari daftar.
problem-beside-code-missing = Isi kode indikator atau layanan.
problem-beside-indicator-unknown = Tidak ada indikator dengan kode ini. Halaman indikator memuat semuanya.
problem-beside-service-unknown = Tidak ada layanan dengan kode ini. Halaman laporan memuat semuanya.
problem-beside-turn = Isi dua angka yang berbeda, atau kosongkan keduanya: nilai yang berarti 0 poin dan nilai yang berarti 100.
problem-beside-note-missing = Jelaskan dalam satu kalimat seberapa dekat angka itu dengan kriterianya, dan mengapa.
beside-title = Dua kebenaran berdampingan
beside-of = { $facility }: dua kebenaran berdampingan
beside-lead = Kata pengguna dan penyedia tentang layanan ini, di samping kata rumah tangga, laporan warga, dan kantor.
beside-of-round = Nilai berasal dari putaran { $n }, { $day }.
beside-no-round = Nilai belum ditampilkan: pengguna dan penyedia belum menyepakati rencana.
beside-left-out = { $n ->
   *[other] { $n } kelompok didengar tetapi tidak ditampilkan karena kecil.
}
beside-none = Belum ada yang diketahui tentang layanan ini: belum ada nilai, dan tidak ada angka lain tentangnya.
beside-sheet = Lembar untuk pertemuan yang sedang berlangsung (PDF)
beside-facility = Semua putaran dan janji fasilitas ini
beside-chart = { $criterion }: kata siapa, dari 0 sampai 100 poin
beside-chart-described = Satu garis untuk tiap sumber, dengan tandanya dari 0 sampai 100 poin: { $said }.
beside-who = Kata siapa
beside-value = Nilai
beside-points = Poin
beside-period = Kapan
beside-place = Di mana
beside-people = Tentang siapa
beside-by = Dibuat oleh
beside-n = { $n ->
   *[other] { $n } dihitung
}
beside-count = { $n ->
   *[other] { $n } laporan
}
beside-rate = { $n ->
   *[other] { $rate } per 1.000 orang ({ $n } laporan)
}
beside-from-to = { $from } – { $to }
beside-by-groups = Kelompok pengguna, masing-masing bermufakat, dengan fasilitator terlatih
beside-by-senders = Warga yang melapor
beside-source-users = Pengguna
beside-source-provider = Penyedia
beside-source-survey = Survei
beside-source-requests = Laporan warga
beside-source-official = Angka resmi
beside-people-users = Pengguna fasilitas
beside-people-residents = Penduduk
beside-people-senders = Mereka yang melapor
beside-concept-same = Sama
beside-concept-broader = Lebih luas
beside-concept-narrower = Lebih sempit
beside-concept-proxy = Mendekati
beside-concept-different = Hal lain
beside-pairs = Seberapa jauh dapat dibandingkan
beside-pairs-of = { $criterion }: seberapa jauh dapat dibandingkan
beside-pair = Dibandingkan
beside-how = Dapat dibandingkan
beside-how-same = Sama
beside-how-broader = Lebih luas
beside-how-narrower = Lebih sempit
beside-how-proxy = Mendekati
beside-how-none = Tidak
beside-gap = Selisih, atau mengapa tidak ada
beside-sources = { $n ->
   *[other] { $criterion }: kata { $n } sumber, dan sejauh mana dapat dibandingkan
}
beside-gap-of = { $pair }: { $gap }
beside-gap-alone = Hanya satu sumber yang bicara tentang ini; tidak ada pembandingnya.
beside-gap-not-compared = Yang dikatakan tentang ini tidak dapat dibandingkan; alasannya ada di bawah.
beside-gap-refused = Selisih tidak diberikan.
beside-gap-none = Keduanya sama.
beside-gap-above-wide = ▲ Selisih lebar: { $who } { $n } poin lebih tinggi.
beside-gap-below-wide = ▼ Selisih lebar: { $who } { $n } poin lebih rendah.
beside-gap-above = { $who } { $n } poin lebih tinggi.
beside-gap-below = { $who } { $n } poin lebih rendah.
beside-reason-same = Kriteria, tempat, waktu, dan orangnya sama.
beside-reason-concept-broader = Yang kedua mencakup lebih banyak hal daripada yang pertama.
beside-reason-concept-narrower = Yang kedua mencakup lebih sedikit hal daripada yang pertama.
beside-reason-concept-proxy = Salah satunya mengukur sesuatu yang dekat dengan kriteria, bukan kriteria itu sendiri.
beside-reason-concepts-apart = Masing-masing mewakili kriteria dengan caranya sendiri, jadi keduanya bukan tentang hal yang sama.
beside-reason-concept-different = Salah satunya tentang hal lain yang hanya tampak serupa.
beside-reason-place-wider = Yang kedua tentang tempat yang lebih luas.
beside-reason-place-smaller = Yang kedua tentang tempat yang lebih kecil.
beside-reason-places-partly = Kedua tempat hanya beririsan sebagian.
beside-reason-places-elsewhere = Tempatnya berbeda.
beside-reason-places-far = { $n ->
   *[other] Tempatnya berjarak { $n } tingkat: yang berlaku di tempat yang luas terlalu sedikit berkata tentang yang lain.
}
beside-reason-months-apart = { $n ->
   *[other] Sekitar { $n } bulan di antara keduanya.
}
beside-reason-years-apart = { $n ->
   *[other] { $n } tahun atau lebih di antara keduanya: banyak yang mungkin berubah.
}
beside-reason-period-unknown = Hari-hari yang dicakup salah satunya tidak diketahui.
beside-reason-people-more = Yang kedua tentang lebih banyak orang daripada yang pertama.
beside-reason-people-fewer = Yang kedua tentang lebih sedikit orang daripada yang pertama.
beside-reason-people-chosen = Salah satunya hanya mendengar orang yang memilih melapor.
beside-reason-no-points = Satuan salah satunya tidak dapat diubah menjadi poin.
beside-reason-withheld = Salah satunya dirahasiakan agar tidak seorang pun dapat dikenali.
beside-reason-missing = Salah satunya tidak punya angka.
beside-about = Cara membandingkannya
beside-about-points = Nilai adalah poin dari 0 sampai 100. Angka lain menjadi poin hanya bila walidata menentukan nilai mana yang berarti 0 dan mana yang berarti 100; jika tidak, angka itu tampil dalam satuannya sendiri. Selisih 25 poin atau lebih disebut lebar.
beside-about-how = Sama: kriteria, tempat, waktu, dan orangnya sama. Lebih luas atau lebih sempit: yang kedua mencakup yang pertama, atau bagian darinya. Mendekati: dekat dengannya. Tidak: perbandingan akan menyesatkan, dan alasannya menggantikan selisih – hal yang lain, tempat berjarak dua tingkat, setahun atau lebih di antaranya, satuan yang tidak menjadi poin.
beside-about-small = Nilai yang tampil adalah yang boleh dilihat semua orang: tidak ada sebelum kedua pihak menyepakati rencana, dan kelompok kecil tidak pernah tampil sendiri.
beside-desk-title = Angka di samping kartu penilaian
beside-desk-lead = Indikator dan layanan mana yang berkata sesuatu tentang kriteria baku suatu jenis fasilitas. Yang Anda tetapkan di sini mengalahkan bawaan.
beside-desk-links = Semua kaitan
beside-desk-one = Tetapkan suatu kaitan
beside-desk-number = Angka
beside-desk-kind = Jenis fasilitas
beside-desk-standard = Kriteria
beside-desk-source = Sumber
beside-desk-concept = Di samping kriteria, angka ini
beside-desk-concept-hint = “Hal lain” menampilkan angka dan tidak pernah membandingkannya.
beside-desk-people = Tentang siapa
beside-desk-turn = Poin
beside-desk-turns = { $zero } berarti 0, { $hundred } berarti 100
beside-desk-turns-not = Tidak menjadi poin
beside-desk-note = Seberapa dekat, dan mengapa
beside-desk-note-hint = Semua orang membaca ini di samping angkanya.
beside-desk-said = Ditetapkan
beside-desk-shipped = Bawaan
beside-desk-kept-on = Ditetapkan pada { $day }
beside-desk-withdrawn-on = Ditarik pada { $day }
beside-desk-choose = Pilih
beside-desk-code = Kode
beside-desk-code-hint = Kode indikator, misalnya 6.1.1; untuk laporan warga, kode layanan, misalnya health-centre.
beside-desk-people-code = Indikator yang menghitung penduduk
beside-desk-people-code-hint = Hanya untuk laporan warga: ditampilkan per 1.000 orang; tanpa ini sebagai jumlah.
beside-desk-zero = Nilai yang berarti 0 poin
beside-desk-zero-hint = Kosongkan ini dan berikutnya bila angkanya tidak menjadi poin. Boleh yang lebih besar, misalnya hari menunggu.
beside-desk-hundred = Nilai yang berarti 100 poin
beside-desk-keep = Simpan kaitan ini
beside-desk-withdraw = Tarik
beside-desk-kept = Ketetapan Anda tentang kaitan ini berlaku mulai sekarang.
