# Yang mengelilingi setiap halaman, dan kata-kata komponennya.

platform-skip-link = Langsung ke isi utama
platform-no-assets = Halaman ini tampil tanpa gaya karena program dibangun tanpa asetnya. Jalankan “make web”, lalu bangun program sekali lagi.
platform-navigation = Utama
platform-nav-home = Beranda
platform-nav-requests = Laporan
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
platform-sideways = Geser ke samping untuk melihat semua kolom

platform-pagination = Halaman
platform-page = Halaman { $page }
platform-page-of = Halaman { $page } dari { $of }
platform-previous-page = Sebelumnya<span class="govuk-visually-hidden"> (halaman)</span>
platform-next-page = Berikutnya<span class="govuk-visually-hidden"> (halaman)</span>
platform-results-count = { $n } hasil

# Grafik dan peta. Yang tidak dapat digambar berdiri setelah nama: “Ngasem: tidak ada data”.
platform-draw-suppressed = dirahasiakan
platform-draw-missing = tidak ada data
platform-draw-target = Sasaran: { $value }
platform-draw-places = { $n } wilayah
platform-download = Unduh { $shape }
platform-draw-table = Tampilkan sebagai tabel

# Pesan kepada warga dan dari warga.
platform-message-nobody-listens = Pesan ke sini tidak dibaca. Silakan buka { $address }
platform-messages = Pesan
platform-messages-lead = Yang disampaikan pemerintah kepada warga dan yang mereka tulis. Alamat disegel, dan isi pesan dihapus begitu gerbang menerimanya.
platform-messages-shown = Ini data contoh, jadi tidak ada yang dikirim: pesan ditampilkan di sini.
platform-messages-counts = Jumlahnya
platform-messages-out = Dikirim kepada warga
platform-messages-in = Ditulis oleh warga
platform-messages-none = Belum ada.
platform-messages-channel = Saluran
platform-messages-state = Keadaan
platform-messages-n = Pesan
platform-messages-when = Waktu
platform-messages-about = Tentang
platform-messages-parts = Bagian
platform-messages-trouble = Masalah
platform-messages-words = Isi
platform-messages-characters = Huruf
platform-messages-files = Berkas
platform-messages-outcome = Tindak lanjut
platform-messages-retry = Kirim ulang pesan yang gagal
platform-messages-gateways = Alamat untuk gerbang pesan
platform-messages-gateways-lead = Berikan hanya kepada operator gerbang: siapa pun yang tahu dapat menulis atas nama orang lain.
platform-message-sms = SMS
platform-message-ussd = USSD
platform-message-email = Email
platform-message-account = Di halaman akun
platform-message-queued = menunggu
platform-message-sent = diterima gerbang
platform-message-delivered = sampai
platform-message-failed = gagal
platform-message-answered = dijawab
platform-message-quiet = diterima, tanpa jawaban
platform-message-ignored = ditulis program, dilewati
platform-message-refused = ditolak dengan alasan
platform-message-flood = terlalu banyak dari satu pengirim
