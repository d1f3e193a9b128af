# Yang mengelilingi setiap halaman, dan kata-kata komponennya.

platform-skip-link = Langsung ke isi utama
platform-no-assets = Halaman ini tampil tanpa gaya karena program dibangun tanpa asetnya. Jalankan “make web”, lalu bangun program sekali lagi.
platform-navigation = Utama
platform-nav-home = Beranda
platform-nav-data = Data
platform-nav-indicators = Indikator
platform-nav-forms = Formulir
platform-nav-about = Tentang
platform-nav-desk = Meja kerja
platform-languages = Bahasa
platform-all-languages = Semua bahasa
platform-sign-in = Masuk
platform-search = Cari
platform-search-label = Cari wilayah, angka, dan data
platform-sample-data = <strong>Data contoh.</strong> Kabupaten ini, warganya, dan angka-angkanya adalah rekaan.
platform-footer-navigation = Tentang situs ini
platform-footer-methods = Bagaimana sebuah angka dibuat
platform-footer-developers = Untuk pengembang
platform-footer-note = Baraza adalah perangkat lunak bebas. Baraza ialah pertemuan umum tempat warga dan pemimpinnya berbicara dan memutuskan.
platform-breadcrumbs = Anda di sini

platform-error-prefix = Kesalahan:
platform-error-title = Ada masalah
platform-important = Penting
platform-success = Selesai
platform-warning = Peringatan
platform-day = Tanggal
platform-month = Bulan
platform-year = Tahun
platform-sort-by = Urutkan menurut

platform-pagination = Halaman
platform-page = Halaman { $page }
platform-page-of = Halaman { $page } dari { $of }
platform-previous-page = Sebelumnya<span class="govuk-visually-hidden"> (halaman)</span>
platform-next-page = Berikutnya<span class="govuk-visually-hidden"> (halaman)</span>
platform-results-count = { $n } hasil

# Grafik dan peta. Yang tidak dapat digambar berdiri setelah nama: “Ngasem: tidak ada data”.
platform-draw-suppressed = terlalu sedikit untuk ditampilkan
platform-draw-missing = tidak ada data
platform-draw-target = Sasaran: { $value }
platform-draw-places = { $n } wilayah
platform-download = Unduh { $shape }
platform-draw-table = Tampilkan sebagai tabel
