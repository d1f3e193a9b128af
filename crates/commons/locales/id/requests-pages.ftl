# Laporan: halaman untuk warga.

problem-requests-privacy-missing = Pilih seberapa banyak tentang Anda yang boleh diketahui.
problem-requests-why-missing = Tuliskan alasannya secara singkat.
problem-requests-draft-filed = Ini sudah dikirim. Muat ulang halaman untuk melihat kodenya.
problem-requests-photo-broken = Sebuah berkas bukan foto, atau rusak. Pilih berkas lain. Isian Anda tetap tersimpan.
problem-requests-photo-heic = Sebuah foto berformat HEIC; data tersembunyi di dalamnya tidak dapat dihapus. Pilih “Paling Kompatibel” di pengaturan kamera, atau kirim JPEG. Isian Anda tetap tersimpan.
problem-requests-photo-kind = Jenis sebuah berkas tidak diterima. Kirim foto sebagai JPEG, PNG atau WebP. Isian Anda tetap tersimpan.
problem-requests-photo-pixels = Sebuah foto memiliki terlalu banyak piksel untuk ditampilkan. Kirim foto yang lebih kecil. Isian Anda tetap tersimpan.
problem-requests-photo-long = Sebuah foto lebih besar dari { $most } MB. Kirim foto yang lebih kecil. Isian Anda tetap tersimpan.
problem-requests-photos-many = Satu laporan dapat memuat { $most } foto. Foto lainnya tidak diambil. Isian Anda tetap tersimpan.
problem-requests-photo-cut = Sambungan terputus saat foto dikirim. Pilih foto itu lagi. Isian Anda tetap tersimpan.
problem-requests-photo-missing = Pilih sebuah foto.
problem-requests-photo-refused = Sebuah foto tidak diterima.

requests-pages-requests = Laporan
requests-pages-new = Sampaikan ke pemerintah
requests-pages-step = Langkah { $n } dari { $of }
requests-pages-back = Kembali
requests-pages-continue = Simpan dan lanjutkan
requests-pages-cancel = Batal
requests-pages-change = Ubah
requests-pages-search = Cari
requests-pages-choose = Pilih …
requests-pages-optional = { $label } (boleh kosong)
requests-pages-not-given = Tidak diisi

requests-pages-service-title = Tentang apa?
requests-pages-service-lead = Pilih salah satu. Tidak perlu akun. Hanya lima langkah singkat.
requests-pages-service-search = Cari: lampu, jalan, bantuan …
requests-pages-service-none = Tidak ada yang cocok dengan kata ini.
requests-pages-service-all = Tampilkan semua
requests-pages-follow-instead = Pantau laporan yang sudah dikirim
requests-pages-begun =
    { $n ->
       *[other] Anda sudah mulai menulis laporan dan belum mengirimnya. Isiannya disimpan { $n } hari setelah perubahan terakhir.
    }
requests-pages-go-on = Lanjutkan
requests-pages-forget = Buang
requests-pages-group-public-works = Jalan, lampu, air
requests-pages-group-health = Kesehatan
requests-pages-group-social = Bantuan sosial
requests-pages-group-administration = Surat dan perizinan
requests-pages-group-integrity = Kejujuran aparat
requests-pages-group-education = Sekolah
requests-pages-group-environment = Alam dan lingkungan
requests-pages-group-safety = Keamanan dan ketertiban

requests-pages-where-title = Di mana?
requests-pages-where-search = Nama desa atau lingkungan
requests-pages-where-found =
    { $n ->
        [0] Tidak ada tempat bernama ini
       *[other] { $n } tempat ditemukan
    }
requests-pages-where-all = Tampilkan semua tempat
requests-pages-where-map = Pilih di peta
requests-pages-where-map-described = Peta tempat-tempat dalam daftar; masing-masing adalah tautan.
requests-pages-where-whole = Di suatu tempat di { $place }
requests-pages-where-other = Pilih tempat lain
requests-pages-where-position = Atau dengan posisi
requests-pages-spot = Titik persisnya, jika Anda tahu
requests-pages-spot-hint = Tekan letaknya di peta. Boleh dilewati.
requests-pages-spot-alt = Peta { $place }: tekan letaknya
requests-pages-spot-said = Sudah ditandai di peta.
requests-pages-position-use = Gunakan posisi ponsel ini
requests-pages-position-waiting = Mencari posisi …
requests-pages-position-failed = Ponsel tidak memberikan posisinya. Pilih tempat saja.
requests-pages-position-type = Ketik koordinat
requests-pages-lat = Lintang
requests-pages-lat-hint = Misalnya −7,1502
requests-pages-lon = Bujur
requests-pages-lon-hint = Misalnya 111,8817
requests-pages-address-label = Petunjuk lokasi (boleh kosong)
requests-pages-address-hint = Misalnya “depan sekolah, lampu kedua dari jembatan”. Semua orang dapat membacanya.

requests-pages-what-title = Apa yang terjadi?
requests-pages-kind-question = Ini keluhan atau harapan?
requests-pages-kind-complaint = Keluhan
requests-pages-kind-hint-complaint = Ada yang rusak, terlambat atau salah.
requests-pages-kind-aspiration = Harapan atau usul
requests-pages-kind-hint-aspiration = Ada yang bisa lebih baik. Anda mendapat jawaban; tidak ada tenggatnya.
requests-pages-text-label = Ceritakan dengan kata-kata Anda
requests-pages-text-hint = Dalam bahasa apa saja. Sebutkan apa yang salah, sejak kapan, dan siapa yang dirugikan. Jangan tulis nama dan nomor telepon: semua orang dapat membacanya, kecuali Anda memilih “rahasia” di langkah berikut.
requests-pages-photos = Foto
requests-pages-photo-label = Tambahkan foto (boleh kosong)
requests-pages-photo-hint =
    { $n ->
       *[other] Paling banyak { $n } foto, JPEG, PNG atau WebP, masing-masing sampai { $most } MB. Data tempat dan waktu pengambilan dihapus dari foto.
    }
requests-pages-photo-send = Kirim foto dan tetap di sini
requests-pages-photo-n = Foto { $n }
requests-pages-photo-remove = Hapus foto { $n }
requests-pages-photo-unit-only = Hanya unit dan Anda yang melihat foto ini.
requests-pages-photos-for = Siapa yang boleh melihat foto?
requests-pages-photos-faces = Jika wajah, nomor rumah atau pelat nomor seseorang dapat dikenali, pilih yang pertama.
requests-pages-photos-for-unit = Hanya unit yang menanganinya
requests-pages-photos-for-hint-unit = Orang lain tidak melihatnya.
requests-pages-photos-for-everybody = Semua orang
requests-pages-photos-for-hint-everybody = Foto tampil di halaman umum. Orang di dalamnya setuju.

requests-pages-who-title = Siapa Anda?
requests-pages-privacy-question = Seberapa banyak tentang Anda yang boleh diketahui?
requests-pages-privacy-open = Terbuka
requests-pages-privacy-hint-open = Unit yang menangani melihat nama Anda dan dapat menghubungi Anda; umum hanya melihat isi laporan.
requests-pages-privacy-anonymous = Anonim
requests-pages-privacy-hint-anonymous = Tidak ada yang tahu siapa Anda, dan tidak ada yang dapat bertanya kepada Anda; umum melihat isi laporan.
requests-pages-privacy-confidential = Rahasia
requests-pages-privacy-hint-confidential = Unit melihat isi laporan tetapi bukan nama Anda; orang lain tidak melihat apa-apa.
requests-pages-contact-title = Bagaimana kami mengabari Anda?
requests-pages-contact-lead = Isi nomor atau alamat supaya Anda dikabari. Tanpa itu, pantau dengan kode yang Anda dapat. Jika Anda memilih “anonim”, kosongkan: tidak disimpan.
requests-pages-contact-account = Anda masuk sebagai { $name } dan dikabari di akun Anda; tambahkan nomor untuk dikabari lewat SMS. Jika Anda memilih “anonim”, keduanya tidak disimpan.
requests-pages-name-label = Nama (boleh kosong)
requests-pages-phone-label = Nomor telepon (boleh kosong)
requests-pages-phone-hint = Misalnya 0812 3456 7890. Anda dikabari lewat SMS.
requests-pages-email-label = Alamat email (boleh kosong)
requests-pages-lang-label = Bahasa untuk mengabari Anda

requests-pages-similar-title = Apakah salah satu dari ini?
requests-pages-similar-lead = Orang lain melaporkan sesuatu di dekat sini. Jika sama, katakan “saya juga”: itu dihitung, dan waktunya dihitung bersama.
requests-pages-similar-look = Lihat { $code }
requests-pages-similar-told = Jika Anda mengatakan “saya juga”, Anda dikabari perkembangannya.
requests-pages-similar-untold = Anda tidak memberi nomor atau alamat, jadi catat kode laporannya untuk memantau.
requests-pages-similar-none = Bukan salah satu dari ini
requests-pages-similar-file = Tetap kirim laporan saya
requests-pages-me-too-button = Saya juga
requests-pages-metres =
    { $n ->
       *[other] sekitar { $n } meter dari sini
    }
requests-pages-supporters =
    { $n ->
       *[other] { $n } orang lain berkata: saya juga
    }

requests-pages-check-title = Apakah semuanya benar?
requests-pages-service = Tentang
requests-pages-place = Tempat
requests-pages-position = Posisi
requests-pages-address = Petunjuk lokasi
requests-pages-kind = Jenis
requests-pages-text = Yang terjadi
requests-pages-privacy = Diketahui tentang Anda
requests-pages-name = Nama
requests-pages-phone = Telepon
requests-pages-email = Email
requests-pages-file-title = Kirim
requests-pages-file-lead = Apa yang Anda kirim tidak pernah diubah atau dihapus siapa pun. Anda dapat menambahinya dan menariknya kembali.
requests-pages-file = Kirim sekarang

requests-pages-filed-title = Terkirim
requests-pages-code-is = Kodenya
requests-pages-spoken = Dibaca: { $spoken }
requests-pages-key-title = Kunci Anda
requests-pages-key-once = Catat kunci ini sekarang. Hanya ditampilkan di sini. Dengan kode dan kunci Anda menjawab ya atau tidak, menambahkan sesuatu atau menarik laporan, tanpa akun.
requests-pages-next-title = Selanjutnya
requests-pages-next-unit = Laporan ada di: { $agency }.
requests-pages-next-verify = Paling lambat { $at } sudah ada yang memeriksanya.
requests-pages-next-answer = Paling lambat { $at } Anda mendapat jawaban.
requests-pages-next-yellow = Tanpa jawaban yang layak, lampunya menjadi kuning pada { $at }, terlihat oleh semua.
requests-pages-next-red = Tanpa jawaban yang layak, lampunya menjadi merah pada { $at }, dan dibahas dalam rapat.
requests-pages-next-finish = Paling lambat { $at } seharusnya selesai.
requests-pages-next-told = Kami mengabari Anda setiap kali ada perkembangan.
requests-pages-next-look = Anda tidak memberi nomor atau alamat: lihat halamannya dengan kode itu.
requests-pages-next-look-anonymous = Karena tidak ada yang tahu siapa Anda, tidak ada yang dapat mengabari: lihat halamannya dengan kode itu.
requests-pages-next-yes = Laporan hanya ditutup bila Anda berkata sudah selesai, atau bila Anda tidak membalas jawaban.
requests-pages-done-look = Lihat halamannya
requests-pages-done-again = Kirim laporan lain

requests-pages-limit-title = Batas untuk hari ini
requests-pages-limit-kept =
    { $n ->
       *[other] Tidak ada yang hilang: isian Anda disimpan { $n } hari.
    }
requests-pages-appeal-title = Minta kelonggaran
requests-pages-appeal-lead = Ada yang membaca mengapa Anda perlu mengirim lebih banyak, lalu memutuskan.
requests-pages-appeal-why = Mengapa Anda perlu mengirim lebih banyak?
requests-pages-appeal-hint = Misalnya: Anda mengirim untuk tetangga yang tidak punya telepon.
requests-pages-appeal-send = Minta
requests-pages-appeal-asked =
    { $n ->
       *[other] Permintaan Anda sudah di kantor. Isian Anda disimpan { $n } hari; kembalilah untuk mengirimnya.
    }
requests-pages-appeal-try = Kembali ke laporan Anda

requests-pages-follow-title = Pantau laporan
requests-pages-follow-lead = Ketik kode yang Anda terima. Dengan kunci, Anda juga menjawab ya atau tidak, menambahkan sesuatu atau menariknya.
requests-pages-follow-button = Tampilkan
requests-pages-code-label = Kode
requests-pages-code-hint = Delapan huruf dan angka, misalnya K7MQ-4XTD. Huruf kecil, spasi dan tanpa tanda hubung tidak masalah.
requests-pages-key-label = Kunci
requests-pages-key-optional = Kunci (hanya jika ini laporan Anda)
requests-pages-key-hint = Enam huruf dan angka yang Anda terima saat mengirim.
requests-pages-code-length = Kode terdiri dari delapan huruf dan angka, misalnya K7MQ-4XTD.
requests-pages-code-character = “{ $found }” tidak ada dalam kode apa pun. Kode tidak pernah memuat 0, O, 1, I atau L.
requests-pages-code-check = Ada huruf atau angka yang salah, atau dua tertukar. Bandingkan dengan catatan Anda.
requests-pages-no-match = Tidak ada yang dapat ditampilkan untuk kode ini. Periksa kode dan kunci huruf demi huruf. Laporan rahasia hanya tampil dengan kuncinya; setelah sepuluh kunci salah, tunggu satu jam.

requests-pages-matter = Yang dilaporkan
requests-pages-facts = Keadaannya
requests-pages-timeline = Yang sudah terjadi
requests-pages-filed = Dikirim
requests-pages-filed-at = { $at }, { $channel }
requests-pages-has-it = Ada pada
requests-pages-verify-by = Diperiksa
requests-pages-answer-by = Jawaban
requests-pages-finish-by = Selesai
requests-pages-end-of = akhir { $day }
requests-pages-by = dijanjikan paling lambat { $by }
requests-pages-by-kept = pada { $done }, dijanjikan paling lambat { $by }
requests-pages-by-late = pada { $done }, lewat dari janji ({ $by })
requests-pages-by-missed = dijanjikan paling lambat { $by }, belum dilakukan
requests-pages-yellow-on = Menjadi kuning
requests-pages-yellow-since = Kuning sejak
requests-pages-red-on = Menjadi merah
requests-pages-red-since = Merah sejak
requests-pages-pauses = Hitungan waktu berhenti
requests-pages-paused-now =
    { $n ->
       *[other] Sekarang berhenti: { $reason }, paling lama sampai { $until }. Dihentikan { $n } kali dari paling banyak { $most }.
    }
requests-pages-paused-before =
    { $n ->
       *[other] { $n } kali, dari paling banyak { $most }
    }
requests-pages-reopened = Berapa kali dibuka lagi
requests-pages-transfers = Berapa kali dialihkan
requests-pages-me-too = Saya juga
requests-pages-contact = Yang Anda berikan
requests-pages-promises = Janji yang lahir darinya
requests-pages-promise = { $promise } (paling lambat { $due })
requests-pages-joined = Digabungkan ke sini
requests-pages-acts = Yang dapat Anda lakukan
requests-pages-desk = Tangani di meja kerja
requests-pages-settled = Apakah sudah selesai?
requests-pages-settled-yes = Ya, sudah selesai
requests-pages-settled-no = Tidak, belum

requests-pages-act-confirm = Katakan sudah selesai
requests-pages-act-refuse = Katakan belum selesai
requests-pages-act-reopen = Buka lagi
requests-pages-act-add = Tambahkan sesuatu
requests-pages-act-photo = Tambahkan foto
requests-pages-act-withdraw = Tarik kembali
requests-pages-act-support = Saya juga
requests-pages-act-watch = Kabari saya
requests-pages-act-unwatch = Berhenti dikabari
requests-pages-act-key = Laporan Anda? Tunjukkan kunci
requests-pages-act-leave = Simpan kembali kunci di perangkat ini
requests-pages-lead-confirm = Jika Anda menjawab ya, laporan ditutup. Anda dapat membukanya lagi nanti.
requests-pages-lead-refuse = Jika Anda menjawab tidak, laporan berlanjut.
requests-pages-lead-reopen = Laporan dimulai lagi, dengan hitungan waktu baru.
requests-pages-lead-above = Laporan lalu berada satu tingkat di atas: { $level }.
requests-pages-lead-add = Tambahan Anda tampil di halamannya; nomor dan alamat disembunyikan dari umum.
requests-pages-lead-photo = Data tempat dan waktu pengambilan dihapus dari foto.
requests-pages-lead-withdraw = Laporan ditutup, riwayatnya tetap ada. Anda dapat membukanya lagi nanti.
requests-pages-lead-support = Anda dihitung. Tinggalkan nomor atau alamat jika ingin dikabari.
requests-pages-lead-watch = Anda dikabari setiap kali ada perkembangan. Tidak ada yang melihat nomor atau alamat Anda.
requests-pages-lead-unwatch = Ketik nomor atau alamat yang dikabari. Nomor yang dipakai saat mengirim hanya dapat dihapus dengan kuncinya.
requests-pages-lead-key = Dengan kunci Anda melihat apa yang hanya dilihat Anda dan unit, dan dapat bertindak. Perangkat ini mengingat kunci selama satu jam.
requests-pages-lead-leave = Di perangkat ini laporan lalu tampil seperti yang dilihat semua orang.
requests-pages-button-confirm = Ya, sudah selesai
requests-pages-button-refuse = Tidak, lanjutkan
requests-pages-button-reopen = Buka lagi
requests-pages-button-add = Tambahkan
requests-pages-button-photo = Tambahkan foto
requests-pages-button-withdraw = Tarik kembali
requests-pages-button-support = Saya juga
requests-pages-button-watch = Kabari saya
requests-pages-button-unwatch = Berhenti mengabari
requests-pages-button-key = Tampilkan
requests-pages-button-leave = Simpan kembali
requests-pages-text-refuse = Apa yang masih salah?
requests-pages-text-reopen = Apa yang salah lagi?
requests-pages-text-add = Apa yang ingin Anda tambahkan?
requests-pages-text-withdraw = Mengapa? (boleh kosong)
requests-pages-done-confirm = Terima kasih. Laporan ditutup.
requests-pages-done-refuse = Terima kasih. Laporan berlanjut, dan atasan memeriksanya.
requests-pages-done-reopen = Laporan terbuka lagi.
requests-pages-done-add = Sudah ditambahkan.
requests-pages-done-photo = Foto sudah ditambahkan.
requests-pages-done-withdraw = Laporan sudah ditarik.
requests-pages-done-support = Anda sudah dihitung: saya juga.
requests-pages-done-watch = Mulai sekarang Anda dikabari.
requests-pages-done-unwatch = Jika nomor atau alamat ini dikabari, sekarang tidak lagi.
requests-pages-done-key = Ini laporan Anda seperti yang Anda lihat.
requests-pages-done-leave = Kunci sudah disimpan kembali di perangkat ini.

requests-pages-mine-title = Laporan saya
requests-pages-mine-none = Anda belum mengirim apa pun dengan akun ini.
requests-pages-notices = Kabar untuk Anda
requests-pages-notices-none = Belum ada.

requests-pages-phone-stored = Apa yang Anda ketik di sini disimpan di ponsel ini sampai terkirim.
requests-pages-phone-forget = Hapus dari ponsel ini
requests-pages-phone-restored = Isian Anda sebelumnya ada lagi di sini. Isian itu disimpan di ponsel ini.
requests-pages-phone-offline = Tidak ada jaringan. Isian Anda disimpan di ponsel ini; dikirim begitu ada jaringan, jika halaman ini dibiarkan terbuka, atau saat Anda membukanya lagi.

requests-pages-offline-title = Tidak ada jaringan
requests-pages-offline-lead = Tuliskan di sini. Isian disimpan di ponsel ini, juga saat ponsel dimatikan, dan dikirim begitu ada jaringan: biarkan halaman ini terbuka, atau buka lagi nanti. Lalu Anda melanjutkan dari situ.
requests-pages-offline-where = Di mana?
requests-pages-offline-where-hint = Desa, dan petunjuk lokasinya: “Sumberejo, depan sekolah”.
requests-pages-offline-send = Kirim begitu ada jaringan
requests-pages-offline-online = Jaringan sudah ada: kirim langkah demi langkah
