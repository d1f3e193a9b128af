# Laporan: apa yang salah saat melapor, mengikuti dan menangani.

problem-requests-unknown = Tidak ada laporan dengan kode { $code }. Periksa huruf demi huruf: kode tidak pernah memuat 0, O, 1, I atau L.
problem-requests-service-missing = Pilih tentang apa.
problem-requests-service-unknown = Tidak ada layanan dengan kode “{ $service }”. Pilih dari daftar.
problem-requests-service-closed = Layanan ini sedang tidak menerima laporan baru.
problem-requests-text-missing = Tulis sesuatu.
problem-requests-position-malformed = Ini bukan posisi. Lintang dari −90 sampai 90, bujur dari −180 sampai 180.
problem-requests-position-outside = Posisi ini di luar wilayah pemerintah ini. Pilih tempat dari daftar, atau geser penandanya.
problem-requests-place-missing = Sebutkan di mana: pilih tempat, atau titik di peta.
problem-requests-place-unknown = Tempat itu tidak ada sekarang. Pilih dari daftar.
problem-requests-phone-malformed = Isi nomor telepon 7 sampai 15 angka, misalnya 0812 3456 7890.
problem-requests-attribute-missing = Jawab pertanyaan ini.
problem-requests-attribute-not-listed = Pilih salah satu jawaban dari daftar.
problem-requests-attribute-several = Beri satu jawaban saja.
problem-requests-attribute-no-number = Isi angka, misalnya 2.5
problem-requests-attribute-no-date = Isi tanggal, misalnya 2026-11-21
problem-requests-limit = Hari ini Anda sudah mengirim { $most } laporan, jumlah terbanyak bagi satu orang dalam sehari. Kirim yang berikutnya besok, atau ajukan keberatan.
problem-requests-key-wrong = Ini bukan kunci laporan ini. Kunci diberikan saat Anda melapor; enam huruf dan angka.
problem-requests-key-wait = Terlalu banyak kunci yang salah. Tunggu satu jam, lalu coba lagi.
problem-requests-not-yours = Laporan ini dikirim orang lain. Gunakan kunci yang Anda terima saat melapor.
problem-requests-not-now =
    { $state ->
        [new] Ini belum dapat dilakukan karena laporan belum dilihat siapa pun.
        [open] Ini tidak dapat dilakukan selama laporan sedang ditangani.
        [answered] Laporan sudah dijawab dan menunggu ya atau tidak dari pelapor.
        [paused] Laporan sedang menunggu sesuatu. Ini dapat dilakukan setelah jamnya berjalan lagi.
        [special-proposed] Penutupan khusus sudah diusulkan. Putuskan itu dahulu.
       *[closed] Laporan sudah ditutup. Laporan hanya dapat dibuka lagi.
    }
problem-requests-changed-meanwhile = Orang lain mengubah laporan ini pada saat yang sama. Lihat lagi, lalu ulangi jika masih tepat.
problem-requests-answer-kind-unknown = Pilih jenis jawaban dari daftar.
problem-requests-answer-short = Jawaban yang menghentikan jam menyebut apa yang sudah atau akan dilakukan, paling sedikit { $least } karakter.
problem-requests-reason-unknown = Pilih alasan dari daftar.
problem-requests-reason-not-listed = Pilih salah satu alasan yang disebut aturan: { $listed }
problem-requests-pauses-spent = Laporan ini sudah { $most } kali dijeda, jumlah terbanyak menurut aturan.
problem-requests-at-the-top = Laporan sudah di tingkat tertinggi.
problem-requests-not-sent-back = Dari tingkat ini laporan tidak dapat dikembalikan.
problem-requests-level-too-low = Ini harus dilakukan pejabat tingkat { $level } atau di atasnya.
problem-requests-level-unknown = Pilih tingkat 1 sampai 5.
problem-requests-same-agency = Laporan sudah ada di unit ini.
problem-requests-agency-unknown = Tidak ada unit dengan kode ini.
problem-requests-contact-missing = Bicaralah dahulu dengan pelapor, lalu tulis apa katanya dan kapan.
problem-requests-note-short = Jelaskan mengapa ini urusan unit lain, paling sedikit { $least } karakter.
problem-requests-own-proposal = Usulan Anda harus diputuskan orang lain.
problem-requests-transfer-waits = Usulan untuk meneruskan laporan ini sudah menunggu keputusan.
problem-requests-no-transfer = Tidak ada yang mengusulkan laporan ini diteruskan.
problem-requests-not-told = Pelapor harus diberi tahu dahulu bahwa laporannya akan ditutup, dan pemberitahuannya belum terkirim. Meja → pesan menunjukkan apa yang menahannya.
problem-requests-told-too-late = Pelapor baru saja diberi tahu. Laporan dapat ditutup mulai { $until }.
problem-requests-signature-missing = Tanda tangani dengan nama dan jabatan Anda.
problem-requests-reopen-too-late = Laporan ini dapat dibuka lagi sampai { $until }. Kirim laporan baru dan sebutkan kode ini.
problem-requests-cannot-join = Laporan dapat digabung jika layanannya sama dan yang lain masih terbuka.
problem-requests-post-unknown = Pilih jabatan dari unit yang memegang laporan.
problem-requests-no-check = Tidak ada yang menunggu pemeriksaan pada laporan ini.
problem-requests-contact-needed = Isi nomor telepon atau alamat email yang Anda pakai melapor.
problem-requests-appeal-unknown = Tidak ada lagi yang menunggu di bawah nomor ini.
problem-requests-profile = Profil tidak dapat dipakai: { $reason }
problem-requests-profile-unknown = Profil “{ $profile }” belum dimuat. Muat dengan: baraza request profile load { $profile }
problem-requests-services = Layanan tidak dapat dipakai: { $reason }

# Kata yang dipakai setiap halaman dan pemberitahuan tentang laporan.

requests-agency-none = Belum ada
requests-level = { $title } (tingkat { $level })
requests-days = { $n } hari
requests-hours = { $n } jam
requests-minutes = { $n } menit

requests-light-white = Masih tepat waktu
requests-light-yellow = Kuning: belum dijawab dengan semestinya
requests-light-red = Merah: lewat waktu
requests-light-blue = Selesai

requests-kind-complaint = Keluhan
requests-kind-aspiration = Harapan atau usulan
requests-privacy-open = Terbuka: nama hanya diketahui unit
requests-privacy-anonymous = Anonim: nama tidak diketahui siapa pun
requests-privacy-confidential = Rahasia: unit melihat masalahnya, bukan namanya
requests-channel-web = lewat web
requests-channel-phone = lewat telepon
requests-channel-sms = lewat SMS
requests-channel-ussd = lewat USSD
requests-channel-email = lewat email
requests-channel-open311 = lewat program lain
requests-channel-counter = di kantor
requests-channel-import = dari sistem lain

requests-state-new = Baru
requests-state-open = Dikerjakan
requests-state-answered = Sudah dijawab: menunggu persetujuan pelapor
requests-state-paused = Menunggu
requests-state-special-proposed = Dikerjakan: diusulkan ditutup tanpa persetujuan pelapor
requests-closed-confirmed = Ditutup: pelapor setuju
requests-closed-silence = Ditutup: pelapor tidak membalas
requests-closed-special = Ditutup tanpa persetujuan pelapor
requests-closed-withdrawn = Ditarik kembali
requests-closed-joined = Digabung dengan laporan lain
requests-closed-imported = Ditutup di sistem lain
requests-recorder-resident = Pelapor
requests-recorder-operator = Petugas layanan atas nama pelapor
requests-recorder-officer = Unit itu sendiri
requests-recorder-nobody = Tidak ada

requests-next-yellow = Menjadi kuning pada { $at }
requests-next-red = Menjadi merah pada { $at }
requests-next-step = Naik satu tingkat pada { $at }
requests-next-silence = Ditutup pada { $at } jika pelapor tidak membalas
requests-next-pause-ends = Waktunya berjalan lagi paling lambat { $at }

requests-part-resident = Pelapor
requests-part-operator = Petugas layanan atas nama pelapor
requests-part-officer = Petugas unit
requests-part-system = Penghitung waktu
requests-reason-time = waktunya habis

requests-what-opened = Dilaporkan { $channel }.
requests-what-verified = Sudah diperiksa dan diterima.
requests-what-assigned = Diserahkan kepada { $post }.
requests-what-answered = Dijawab: { $kind }. Jika pelapor tidak membalas, laporan ditutup pada { $until }.
requests-what-replied = Dibalas: { $kind }. Ini belum menjawab masalahnya, jadi waktunya terus berjalan.
requests-what-paused = Waktunya berhenti: { $reason }. Berjalan lagi paling lambat { $until }.
requests-what-resumed = Waktunya berjalan lagi.
requests-what-pause-ended = Waktu tunggu habis: waktunya berjalan lagi.
requests-what-escalated = Dinaikkan dari { $from } ke { $to }: { $reason }.
requests-what-climbed = Naik dari { $from } ke { $to }: { $reason }.
requests-what-sent-back = Dikembalikan dari { $from } ke { $to }.
requests-what-transfer-proposed = Menurut unit, ini wewenang { $to }.
requests-what-transferred = Diteruskan ke { $to }.
requests-what-transfer-rejected = Tetap di unit ini, tidak diteruskan ke { $to }.
requests-what-special-proposed = Diusulkan ditutup tanpa persetujuan pelapor: { $reason }.
requests-what-special-closed = Ditutup tanpa persetujuan pelapor: { $reason }.
requests-what-special-rejected = Tidak ditutup tanpa persetujuan pelapor.
requests-what-joined = Digabung dengan { $code } tentang hal yang sama.
requests-what-supported = { $n } orang berkata: saya juga.
requests-what-noted = Catatan internal.
requests-what-checked =
    { $good ->
        [yes] Diperiksa pihak luar: penutupannya benar.
       *[no] Diperiksa pihak luar: penutupannya tidak benar.
    }
requests-what-confirmed = Pelapor berkata: sudah beres.
requests-what-refused =
    { $moved ->
        [yes] Pelapor berkata: belum beres. Naik dari { $from } ke { $to }.
       *[no] Pelapor berkata: belum beres.
    }
requests-what-withdrawn = Ditarik kembali oleh pelapor.
requests-what-reopened =
    { $moved ->
        [yes] Dibuka lagi oleh pelapor. Naik dari { $from } ke { $to }.
       *[no] Dibuka lagi oleh pelapor.
    }
requests-what-added = Pelapor menambahkan sesuatu.
requests-what-pictured = Foto ditambahkan.
requests-what-fell-silent = Ditutup: pelapor tidak membalas pada waktunya. Masih dapat dibuka lagi.
requests-what-light = Lampunya berubah: { $light }.
requests-what-promised = Lahir sebuah janji darinya.
requests-what-step-near = { $level } akan segera kehilangan laporan ini.

# Tabel laporan di katalog.
requests-table = Laporan warga
requests-table-about = Satu baris untuk setiap laporan yang tidak rahasia: tentang apa, siapa yang bertanggung jawab, lampunya dan waktu-waktunya. Isi, nama, dan posisi tidak disertakan. Diperbarui setiap jam; lampu adalah keadaan pada saat di as_of.
requests-table-column-code = Kode pelacakan
requests-table-column-service = Layanan, menurut kode
requests-table-column-service-group = Kelompok layanan
requests-table-column-agency = Unit penanggung jawab, menurut kode
requests-table-column-place-code = Wilayah terkecil yang diketahui, menurut kode
requests-table-column-kind = Keluhan atau aspirasi
requests-table-column-channel = Cara melapor
requests-table-column-state = Keadaan
requests-table-column-light = Lampu pada saat di as_of
requests-table-column-as-of = Saat yang lampunya ditunjukkan baris ini
requests-table-column-opened-on = Hari dilaporkan
requests-table-column-opened-at = Dilaporkan
requests-table-column-verified-at = Pertama kali dilihat
requests-table-column-answered-at = Jawaban layak pertama
requests-table-column-closed-at = Ditutup
requests-table-column-close-kind = Cara ditutup
requests-table-column-promised-by = Dijanjikan selesai sebelum
requests-table-column-is-overdue = Ditutup setelah waktu yang dijanjikan, atau masih terbuka melewatinya
requests-table-column-answer-days = Hari sampai jawaban layak pertama
requests-table-column-answer-working-days = Hari kerja sampai jawaban layak pertama
requests-table-column-close-days = Hari sampai ditutup
requests-table-column-close-working-days = Hari kerja sampai ditutup
requests-table-column-level = Tingkat tangga, mulai 1
requests-table-column-n-reopened = Berapa kali dibuka lagi
requests-table-column-n-transfers = Berapa kali diteruskan ke unit lain
requests-table-column-n-supporters = Orang yang berkata: saya juga
