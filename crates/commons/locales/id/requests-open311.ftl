# Laporan yang diminta dan dikirim program lewat Open311 GeoReport v2. Teks ini dibaca pemakai program itu.

requests-open311-contact = { $name }: { $url }
requests-open311-key-service = Masuk di { $url } dan buatlah token: itulah api_key Anda.
requests-open311-notice = Laporan Anda berkode { $code }. Catat juga kuncinya, { $key }: kunci ini tidak akan diperlihatkan lagi. Dengan keduanya Anda dapat mengikuti laporan, menambahinya, dan menyatakan apakah sudah selesai: { $url }
requests-open311-notice-again = Laporan Anda sudah kami terima, dengan kode { $code }: { $url }

requests-open311-state-new = Diterima; belum ada yang memeriksanya.
requests-open311-state-open = Sedang dikerjakan.
requests-open311-state-answered = Sudah dijawab; ditutup bila pelapor setuju.
requests-open311-state-paused = Dihentikan sementara; menunggu sesuatu.
requests-open311-state-special-proposed = Sedang dikerjakan; unit mengusulkan menutupnya tanpa penyelesaian.
requests-open311-closed-confirmed = Ditutup: pelapor menyatakan sudah selesai.
requests-open311-closed-silence = Ditutup: sudah dijawab, dan pelapor tidak memberi kabar lagi.
requests-open311-closed-special = Ditutup tanpa penyelesaian, dengan persetujuan.
requests-open311-closed-withdrawn = Ditutup: pelapor menariknya kembali.
requests-open311-closed-joined = Ditutup: ditangani bersama laporan lain tentang hal yang sama.
requests-open311-closed-imported = Sudah ditutup di sistem asalnya.

problem-requests-open311-key-missing = Ini memerlukan api_key. Buatlah token di halaman akun Anda dan kirimkan sebagai api_key.
problem-requests-open311-location-missing = Katakan di mana: kirim lat dan long, atau address_id berisi kode tempat, atau address_string yang menyebut desa atau kota.
problem-requests-open311-media-malformed = Ini bukan alamat gambar: harus diawali http:// atau https://
problem-requests-open311-media-unusable = Gambar ini tidak dapat dipakai. Kirim berkas JPEG, PNG atau WebP paling besar { $most } MiB.
problem-requests-open311-word-unknown = “{ $found }” bukan kata yang berlaku untuk isian ini.
problem-requests-open311-date-malformed = “{ $found }” bukan tanggal dan waktu. Tulislah seperti 2026-11-21T09:00:00Z
problem-requests-open311-dates-backwards = Rentang berakhir sebelum dimulai. Tukarlah kedua tanggal.
problem-requests-open311-dates-far = Mintalah paling banyak 90 hari sekaligus.
problem-requests-open311-status-unknown = “{ $found }” bukan status. Mintalah open atau closed.
problem-requests-open311-count-malformed = “{ $found }” bukan nomor halaman atau jumlah laporan. Kirim bilangan bulat mulai dari 1.
problem-requests-open311-radius-malformed = “{ $found }” bukan radius. Kirim meter dari 1 sampai 50000.
problem-requests-open311-too-many = Paling banyak { $most } nilai dapat dikirim di sini. Mintalah dalam beberapa kali.
