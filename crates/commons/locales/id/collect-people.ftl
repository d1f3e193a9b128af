# Perangkat dan tautan: siapa yang mengisi formulir tanpa akun sendiri.

collect-people-devices = Perangkat
collect-people-devices-lead = Perangkat adalah ponsel atau tablet dengan ODK Collect. Perangkat tidak memakai nama dan kata sandi: kodenya adalah kuncinya. Beri setiap pencacah kode sendiri, dan cabut bila ponsel hilang.
collect-people-no-devices = Proyek ini belum punya perangkat.
collect-people-name = Nama
collect-people-used = Terakhir dipakai
collect-people-made = Dibuat
collect-people-never = Belum pernah
collect-people-all-forms = Semua formulir
collect-people-withdraw = Cabut
collect-people-renew = Kode baru
collect-people-add-devices = Tambah perangkat
collect-people-names = Nama, satu per baris
collect-people-names-hint = Misalnya nama pencacah atau nomor tablet. Paling banyak { $most } sekaligus.
collect-people-which-forms = Formulir mana yang boleh diisi?
collect-people-place = Kode tempat mereka bekerja
collect-people-place-hint = Boleh dikosongkan. Isian tentang tempat lain tetap disimpan dan ditandai.
collect-people-lock = Kata sandi untuk pengaturan aplikasi
collect-people-lock-hint = Boleh dikosongkan. Dengan ini ODK Collect meminta kata sandi sebelum pengaturannya diubah.
collect-people-make-codes = Tambah dan tampilkan kode
collect-people-codes = Kode untuk ODK Collect
collect-people-codes-once = Kode ini hanya ditampilkan sekarang. Pindai atau cetak sebelum meninggalkan halaman ini.
collect-people-step-install = Pasang ODK Collect di ponsel lalu buka.
collect-people-step-scan = Pilih “Configure with QR code” dan arahkan kamera ke kode.
collect-people-step-keep = Simpan atau hancurkan kertasnya: siapa yang punya kode dapat mengirim sebagai perangkat ini.
collect-people-locked = Pengaturan aplikasi dikunci dengan kata sandi yang Anda pilih.
collect-people-code-of = Kode { $name } untuk ODK Collect
collect-people-by-hand = Alamat, untuk ponsel tanpa kamera

collect-people-links = Tautan
collect-people-links-lead = Siapa yang membuka tautan dapat mengisi formulir ini di peramban tanpa akun. Begitu juga siapa pun yang menerimanya.
collect-people-links-public = Semua orang memang boleh mengisi formulir ini. Tautan hanya memberi tahu dari mana jawaban datang.
collect-people-no-links = Formulir ini belum punya tautan.
collect-people-add-link = Buat tautan
collect-people-link-name-hint = Untuk catatan Anda: “Poster di pasar”. Pengisi formulir tidak melihatnya.
collect-people-link-kind = Berapa kali setiap orang boleh menjawab?
collect-people-once = Satu kali di setiap peramban
collect-people-often = Sesering mereka mau
collect-people-of-project = Perangkat proyek ini
collect-people-of-form = Tautan ke formulir ini

problem-collect-people-too-many = Masukkan lebih sedikit nama: ini lebih banyak daripada yang dapat ditambahkan sekaligus.
problem-collect-people-place-unknown = Masukkan kode tempat yang ada dalam daftar tempat.
problem-collect-people-link-unknown = Formulir ini tidak punya tautan itu.
problem-collect-people-link-gone = Tautan ini tidak berlaku lagi, atau tidak lengkap. Minta yang baru kepada pemberinya.
problem-collect-people-link-used = Anda sudah menjawab: tautan ini menerima satu jawaban dari setiap orang. Terima kasih.
problem-collect-people-moment-malformed = “{ $text }” bukan hari atau waktu. Tulis seperti 2026-11-16 atau 2026-11-16T09:00:00Z.
