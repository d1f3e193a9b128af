# Nilai unit dan wilayah, beserta bayangan jujurnya.

problem-requests-grading-unknown = Belum ada nilai yang diterbitkan untuk bulan { $period }.
problem-requests-grading-unit-unknown = { $unit } tidak dinilai pada bulan ini. Pilih dari daftar.
problem-requests-grading-no-profile = Tidak ada profil yang dipakai, jadi tidak ada rumus penilaian. Muat dengan: baraza request profile load lapor
problem-requests-grading-period-malformed = Tulis bulan sebagai tahun dan bulan, misalnya 2026-10
problem-requests-grading-period-early = Nilai bulan ini diterbitkan nanti, bila harinya tiba.

requests-grading-title = Nilai unit dan wilayah
requests-grading-about = Seberapa baik tiap unit dan wilayah menjawab warga, dengan semua angka yang dipakai.
requests-grading-of-month = Nilai bulan { $month }
requests-grading-published = Diterbitkan pada { $at } untuk { $month }, dari { $n } penutupan. Yang terjadi kemudian tidak mengubah apa pun di sini.
requests-grading-not-yet = Belum ada nilai yang diterbitkan di sini.
requests-grading-next = Nilai berikutnya diterbitkan pada { $at }.
requests-grading-months = Semua bulan
requests-grading-empty = Tidak ada yang ditangani pada bulan ini, jadi tidak ada yang dinilai.
requests-grading-inputs = Semua yang dipakai
requests-grading-inputs-about = Setiap nilai dapat dihitung ulang dari berkas ini. Tidak ada data pribadi di dalamnya; dari laporan rahasia hanya unit dan harinya.
requests-grading-get-table = Semua hitungan dan poin (CSV)
requests-grading-get-json = Semua hitungan dan poin (JSON)
requests-grading-get-closings = Penutupan yang dihitung (CSV)
requests-grading-get-closings-json = Penutupan yang dihitung (JSON)

requests-grading-unit = Unit
requests-grading-district = Wilayah
requests-grading-rank = Urutan dalam kelompok
requests-grading-letter = Nilai
requests-grading-no-letter = tanpa huruf
requests-grading-score = Poin
requests-grading-of = { $points } dari { $of }
requests-grading-handled = Ditangani
requests-grading-closed = Ditutup
requests-grading-late = Ditutup lebih lambat dari janji
requests-grading-unasked = Ditutup di sistem lain, warganya tidak ditanya
requests-grading-group = Kelompok jumlah
requests-grading-not-asked = tidak ditanya
requests-grading-share = { $n } ({ $share })
requests-grading-units-of = Unit dengan { $group }
requests-grading-districts-of = Wilayah dengan { $group }
requests-grading-group-all = berapa pun laporannya
requests-grading-group-big = { $least } laporan atau lebih
requests-grading-group-small = kurang dari { $below } laporan
requests-grading-unknown = { $n } unit tanpa huruf: sebagian yang ditanyakan nilai ini tidak diketahui, karena laporannya ditutup di sistem lain dan warganya tidak ditanya. Itu bukan nol, dan bukan pujian.
requests-grading-part-satisfaction = Kepuasan (dari { $points })
requests-grading-part-old-stock = Laporan lama (dari { $points })
requests-grading-part-quality = Mutu (dari { $points })
requests-grading-part-attention = Perhatian (dari { $points })

requests-grading-how = Cara nilai dibuat
requests-grading-bands = Poin dan huruf:
requests-grading-band = { $letter } mulai { $least }
requests-grading-formula-satisfaction = { $points } poin untuk kepuasan: laporan yang ditutup dengan “ya” dari warga sendiri, dari semua yang ditutup dan ditanyakan.
requests-grading-formula-old-stock = { $points } poin untuk laporan lama: yang lebih tua dari { $old } dan ditutup dengan “ya” dari warga, dari semua yang lebih tua dari itu.
requests-grading-formula-quality = { $points } poin untuk mutu: penutupan yang tidak dibuka lagi oleh warga dan tidak dinyatakan salah oleh pemeriksa, dari semua penutupan.
requests-grading-formula-attention = { $points } poin untuk perhatian: laporan yang dilihat dalam batas pertama, dari semua yang ditangani.

requests-grading-worked = Hitungannya
requests-grading-sum = Jumlah:
requests-grading-nothing = Tidak ada yang ditutup dan tidak ada yang lama pada bulan ini, jadi tidak ada yang dinilai.
requests-grading-result = Nilai { $letter }: { $points } dari 100 poin.
requests-grading-result-part = Tanpa huruf: { $points } dari { $of } poin yang diketahui. Sisanya tidak pernah ditanyakan.
requests-grading-worked-satisfaction = Kepuasan: dari { $all } penutupan yang ditanyakan kepada warga, { $good } mendapat “ya” dari warga sendiri. { $of } × { $good } ÷ { $all } = { $points } poin.
requests-grading-worked-old-stock = Laporan lama: dari { $all } yang lebih tua dari { $old }, { $good } ditutup dengan “ya” dari warga. { $of } × { $good } ÷ { $all } = { $points } poin.
requests-grading-worked-quality = Mutu: dari { $all } penutupan, { $good } tidak dibuka lagi dan tidak dinyatakan salah. { $of } × { $good } ÷ { $all } = { $points } poin.
requests-grading-worked-attention = Perhatian: dari { $all } laporan yang ditangani, { $good } dilihat dalam batas pertama. { $of } × { $good } ÷ { $all } = { $points } poin.
requests-grading-none-satisfaction = Kepuasan: tidak ada yang ditutup, jadi tidak ada yang dikurangi: { $points } poin.
requests-grading-none-old-stock = Laporan lama: tidak ada yang lebih tua dari { $old }, dan itulah yang diminta: { $points } poin.
requests-grading-none-quality = Mutu: tidak ada yang ditutup, jadi tidak ada yang dikurangi: { $points } poin.
requests-grading-none-attention = Perhatian: tidak ada yang ditangani, jadi tidak ada yang dikurangi: { $points } poin.
requests-grading-unknown-satisfaction = Kepuasan: tidak ditanya. Laporannya ditutup di sistem lain. Poin sebanyak { $of } tidak diberikan dan tidak dikurangi.
requests-grading-unknown-old-stock = Laporan lama: tidak ditanya. Yang lama ditutup di sistem lain. Poin sebanyak { $of } tidak diberikan dan tidak dikurangi.
requests-grading-unknown-quality = Mutu: tidak diketahui. Laporannya ditutup di sistem lain. Poin sebanyak { $of } tidak diberikan dan tidak dikurangi.
requests-grading-unknown-attention = Perhatian: tidak diketahui. Laporan ini tidak punya batas pertama. Poin sebanyak { $of } tidak diberikan dan tidak dikurangi.

requests-grading-shadow = Yang tidak tampak dalam nilai
requests-grading-shadow-about = Nilai dapat dipermainkan. Angka ini menunjukkan bagaimana penutupan terjadi; bukan bukti apa pun, tetapi layak ditanyakan.
requests-grading-shadow-none = Tidak ada yang ditutup pada bulan ini.
requests-grading-shadow-units = Bagaimana unit sampai pada penutupannya
requests-grading-shadow-districts = Bagaimana wilayah sampai pada penutupannya
requests-grading-reopened = Dibuka lagi dalam 30 hari
requests-grading-again = Orang yang sama dengan perkara yang sama lagi
requests-grading-last-day = Dijawab dalam 24 jam terakhir sebelum batas
requests-grading-special = Ditutup tanpa “ya” dari warga
requests-grading-silence = Ditutup karena warga diam
requests-grading-ping-pong = Kembali setelah dilimpahkan
requests-grading-yes-resident = “Ya” dari warga sendiri
requests-grading-yes-operator = “Ya” dicatat operator
requests-grading-yes-officer = “Ya” dicatat unit sendiri

requests-grading-desk = Nilai bulan berjalan
requests-grading-desk-way = Meja kerja
requests-grading-running = { $month }, keadaan sekarang. Belum ada yang final: diterbitkan pada { $at }.
requests-grading-publish = Terbitkan nilai bulan yang lalu
requests-grading-period = Bulan
requests-grading-period-hint = Setelah mengambil laporan dari sistem lain. Tahun dan bulan, misalnya 2026-10. Yang sudah terbit tidak pernah diubah.
requests-grading-queued = Nilai bulan { $month } sedang dibuat. Sebentar lagi ada <a class="govuk-notification-banner__link" href="{ $href }">di halamannya</a>.
