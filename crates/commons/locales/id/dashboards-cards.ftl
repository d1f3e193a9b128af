# Rapor dinas, satu untuk setiap bulan, sebagaimana keadaannya ketika bulan itu berakhir.

problem-dashboards-cards-unknown = Tidak ada rapor “{ $code }” untuk { $month }.

dashboards-cards-title = Rapor
dashboards-cards-lead = Satu rapor setiap bulan: angka yang menjadi tanggung jawab dinas, janjinya, dan nilainya. Rapor dibuat satu kali, pada tanggal lima bulan berikutnya atau sesudahnya, dan tidak pernah berubah.
dashboards-cards-none = Belum ada rapor.
dashboards-cards-number = Angka
dashboards-cards-value = Nilai
dashboards-cards-period = Periode
dashboards-cards-aim = Sasaran
dashboards-cards-light = Lampu
dashboards-cards-source = Asalnya
dashboards-cards-entered = Diisi tangan
dashboards-cards-counted = Dihitung dari data
dashboards-cards-by-hand = Diisi tangan
dashboards-cards-by-hand-of = { $n } dari { $all } angka
dashboards-cards-promises = Janji
dashboards-cards-promises-of = { $open } terbuka, { $late } terlambat, { $kept } ditepati, { $broken } dihentikan
dashboards-cards-grade = Nilai atas tanggapannya terhadap pengaduan
dashboards-cards-grade-of = { $letter }, { $score } dari { $most } poin
dashboards-cards-no-grade = Tidak dinilai
dashboards-cards-made = Dibuat pada { $date }; yang berubah sesudahnya tidak tertulis di sini.
dashboards-cards-pdf = PDF
dashboards-cards-latest = Rapor { $month } sebagai PDF
dashboards-cards-whole = Secara keseluruhan
dashboards-cards-what = Perihal
dashboards-cards-stands = Keadaannya
