# Rapat mingguan: bahannya, dan apa yang diputuskan.

problem-requests-meeting-unknown = Tidak ada rapat tanggal { $day }. Pilih dari daftar.
problem-requests-meeting-no-profile = Tidak ada profil yang dipakai, jadi tidak ada rapat yang direncanakan. Muat dengan: baraza request profile load lapor
problem-requests-meeting-due-malformed = Beri hari terakhir untuk menepatinya, misalnya 2026-12-18

requests-meeting-title = Rapat mingguan
requests-meeting-of = Rapat mingguan { $day }
requests-meeting-about = Apa yang menunggu terlalu lama, apa yang terus kembali, dan apa jadinya yang pernah diputuskan. Bahan yang sama ada di meja rapat.
requests-meeting-desk = Meja kerja
requests-meeting-desk-about = Bahan tiap rapat, dengan perkara rahasia dari unit dan wilayah Anda sendiri. Keputusan diketik di sini.
requests-meeting-see-next = Lihat bahan berikutnya seperti keadaan sekarang
requests-meeting-next = { $profile }: rapat berikutnya pada { $at }.
requests-meeting-none = Belum ada rapat di sini.
requests-meeting-line = { $n } merah, { $profile }
requests-meeting-public = Yang dibaca semua orang dari rapat ini
requests-meeting-preview = Beginilah bahannya bila dibuat sekarang. Bahan dibuat pada jam rapat dan sesudah itu tidak pernah diubah.
requests-meeting-warning = Rahasia: di sini ada perkara yang hanya boleh diketahui sebagian orang. Jangan diteruskan atau ditinggalkan.
requests-meeting-lead = Semua di sini adalah keadaan pada { $as_of }. Tulisan warga dipersingkat, dan nomor serta alamat di dalamnya disamarkan.

requests-meeting-n-red = Merah: lewat batas
requests-meeting-n-yellow = Kuning: belum dijawab dengan layak
requests-meeting-n-open = Semua yang terbuka
requests-meeting-n-turning = Menjadi merah sebelum rapat berikutnya
requests-meeting-n-late = Keputusan terdahulu yang terlambat

requests-meeting-units = Lampu menurut unit
requests-meeting-unit = Unit
requests-meeting-red = Merah
requests-meeting-yellow = Kuning
requests-meeting-white = Tepat waktu
requests-meeting-open = Terbuka
requests-meeting-nothing = Tidak ada yang terbuka.

requests-meeting-decisions = Yang diputuskan sebelumnya, dan apa jadinya
requests-meeting-decisions-about = Keputusan rapat terakhir, yang lebih lama dan masih terbuka, serta yang selesai sejak itu. Yang terlambat lebih dulu.
requests-meeting-decisions-none = Tidak ada keputusan terdahulu yang perlu ditindaklanjuti.
requests-meeting-promise = Keputusan
requests-meeting-owner = Ditepati oleh
requests-meeting-due = Tenggat
requests-meeting-became = Keadaannya
requests-meeting-moved = tanggal dipindah { $n } kali

requests-meeting-reds = Merah, menurut unit
requests-meeting-reds-none = Tidak ada yang merah.
requests-meeting-reds-left = Masih ada { $n } yang merah, dihitung di atas dan tidak diceritakan di sini: dari tiap unit diceritakan yang paling lama.
requests-meeting-waits = Menunggu
requests-meeting-red-since = Merah sejak
requests-meeting-red-from = Menjadi merah pada
requests-meeting-place = Tempat
requests-meeting-level = Tingkat
requests-meeting-supporters = Orang lain yang merasakannya
requests-meeting-times-reopened = Berapa kali dibuka lagi
requests-meeting-times-passed = Berapa kali dilimpahkan
requests-meeting-privacy = Kerahasiaan
requests-meeting-is-confidential = Rahasia
requests-meeting-history = Yang terjadi
requests-meeting-happened = { $at }: { $what }

requests-meeting-turning = Kuning, dan merah sebelum rapat berikutnya
requests-meeting-turning-list = Perkaranya
requests-meeting-turning-about = Ini menjadi merah sebelum rapat berikutnya kecuali dijawab dengan layak. Yang terdekat lebih dulu.
requests-meeting-turning-none = Tidak ada yang menjadi merah sebelum rapat berikutnya.

requests-meeting-repeats = Yang terus kembali
requests-meeting-repeats-none = Tidak ada yang kembali lebih dari biasanya.
requests-meeting-clusters = Hal yang sama di tempat yang sama, tiga kali atau lebih dalam 90 hari
requests-meeting-reopened = Dibuka lagi, dan masih terbuka
requests-meeting-supported = Paling banyak yang berkata “saya juga”
requests-meeting-code = Kode
requests-meeting-service = Tentang apa
requests-meeting-filed = Dilaporkan
requests-meeting-still-open = Masih terbuka
requests-meeting-were-reopened = Dibuka lagi

requests-meeting-signals = Bagaimana penutupan terjadi, 30 hari terakhir
requests-meeting-signals-about = Angka ini bukan bukti apa pun, tetapi layak ditanyakan kepada unitnya.
requests-meeting-signals-none = Tidak ada yang ditutup dalam 30 hari terakhir.
requests-meeting-stands-out = { $unit } menonjol: { $measures }.
requests-meeting-closed = Ditutup
requests-meeting-signal-reopened = Dibuka lagi dalam 30 hari
requests-meeting-signal-again = Orang sama, perkara sama lagi
requests-meeting-signal-last-day = Dijawab dalam 24 jam terakhir sebelum batas
requests-meeting-signal-special = Ditutup tanpa “ya” dari warga
requests-meeting-signal-silence = Ditutup karena warga diam
requests-meeting-signal-ping-pong = Kembali setelah dilimpahkan

requests-meeting-decided = Diputuskan dalam rapat ini
requests-meeting-decided-none = Belum ada keputusan rapat ini yang diketik.
requests-meeting-new-decisions = Keputusan hari ini
requests-meeting-new-decisions-about = Apa yang akan dikerjakan, oleh siapa, sampai kapan. Ketik sesudahnya: yang melaporkan perkaranya diberi kabar.
requests-meeting-decision-line = Keputusan, siapa yang menepati, sampai kapan
requests-meeting-decide = Ambil keputusan
requests-meeting-decide-free = Ambil keputusan tentang hal lain
requests-meeting-decide-send = Jadikan janji
requests-meeting-promise-label = Apa yang diputuskan?
requests-meeting-promise-hint = Semua orang dapat membacanya. Tulis apa yang akan dikerjakan, dan jangan sebut nama orang.
requests-meeting-choose = Pilih unit
requests-meeting-post = Jabatan yang bertanggung jawab (boleh kosong)
requests-meeting-about-nothing = Keputusan rapat yang tidak tentang satu laporan tertentu.
requests-meeting-about-matter = Tentang { $code }, { $service }. Siapa pun yang mengikutinya diberi kabar.
