# Yang ditulis warga lewat SMS, surat elektronik dan USSD, dan balasannya. Balasan muat dalam 160 huruf bila bisa.

# Kata yang dimengerti, dipisah koma. Kata semua bahasa dimengerti sekaligus; satu kata untuk satu hal.
requests-heard-words-report = lapor, laporan, aduan, adu
requests-heard-words-wish = usul, usulan, saran, aspirasi
requests-heard-words-anonymous = anonim
requests-heard-words-status = status, cek
requests-heard-words-yes = ya, iya, beres, selesai, sudah
requests-heard-words-no = tidak, tdk, belum, blm, bukan
requests-heard-words-cancel = batal, batalkan, tarik
requests-heard-words-add = tambah, tambahan
requests-heard-words-stop = berhenti, setop
requests-heard-words-start = mulai
requests-heard-words-help = bantuan, menu
requests-heard-words-follow = ikut, gabung
requests-heard-words-fresh = baru
requests-heard-words-small = di, ke, dari, yang, dan, atau, itu, ini, ada, sudah, belum, tidak, saya, kami, pada, dekat, depan, desa, kecamatan
requests-heard-words-thanks = terima, kasih, makasih, trims, pak, bu, bapak, ibu, sekali, banyak, sudah, beres, selesai, ok, baik, bagus
requests-heard-words-village = desa, kelurahan, kel, ds, kampung
requests-heard-words-district = kecamatan, kec

requests-heard-help = Tulis apa yang rusak dan di mana, mis. LAPOR jalan berlubang di Desa Kapas. Juga: STATUS kode, YA, TIDAK, TAMBAH kode teks, BERHENTI. Tanpa nama: ANONIM.
requests-heard-filed = { $code } diterima: { $service }, { $place }. Selesai paling lambat { $date }. Kunci Anda: { $key }. Tanya: STATUS { $code }.
requests-heard-filed-undated = { $code } diterima: { $service }, { $place }. Kunci Anda: { $key }. Tanya: STATUS { $code }.
requests-heard-filed-anonymous = { $code } diterima tanpa nama: { $service }, { $place }. Simpan kode dan kunci, tidak bisa dicari lagi: { $key }. Tanya: STATUS { $code }.
requests-heard-stands = { $code } { $service }: { $state }. Target { $date }.
requests-heard-stands-undated = { $code } { $service }: { $state }.
requests-heard-confirmed = { $code } ditutup. Terima kasih atas kabarnya.
requests-heard-refused = { $code } dilanjutkan, kini di tingkat { $level }. Anda akan dikabari.
requests-heard-reopened = { $code } dibuka lagi, di tingkat { $level }. Anda akan dikabari.
requests-heard-objected = Dicatat: Anda keberatan { $code } ditutup. Yang memutuskan akan membacanya.
requests-heard-objects = Saya keberatan laporan ini ditutup.
requests-heard-added = Ditambahkan ke { $code }. Untuk hal baru, mulai dengan LAPOR.
requests-heard-withdrawn = { $code } ditarik kembali.
requests-heard-followed = Anda ikut dihitung pada { $code } dan akan dikabari. Untuk berhenti: BERHENTI { $code }.
requests-heard-unfollowed = Anda tidak dikabari lagi tentang { $code }.
requests-heard-stopped = Anda tidak dikirimi kabar lagi tentang yang Anda ikuti kini. Untuk menerima lagi, kirim MULAI.
requests-heard-started = Anda dikirimi kabar lagi. Untuk berhenti, kirim BERHENTI.
requests-heard-forgotten = Tidak ada yang dilaporkan.
requests-heard-yes-alone = Untuk menutup { $code }, balas YA { $code } saja. Jika belum beres, balas TIDAK { $code } dan alasannya.
requests-heard-nothing-waits = Tidak ada laporan Anda yang menunggu ya atau tidak. Untuk melihat laporan Anda, kirim STATUS.
requests-heard-which-yes = Yang mana? Balas YA dan kodenya: { $codes }.
requests-heard-which-no = Yang mana? Balas TIDAK, kodenya dan alasannya: { $codes }.
requests-heard-which-add = Yang mana? Balas TAMBAH, kodenya dan isinya: { $codes }.
requests-heard-add-how = Kirim TAMBAH, kodenya dan yang ingin ditambahkan.
requests-heard-cancel-how = Untuk menarik laporan, kirim BATAL dan kodenya.
requests-heard-follow-how = Untuk ikut sebuah laporan, kirim IKUT dan kodenya.
requests-heard-status-how = Tidak ada laporan dari nomor ini. Kirim STATUS dan kodenya.
requests-heard-status-more = Selengkapnya: kirim STATUS dan kodenya.
requests-heard-similar-how = Balas IKUT untuk ikut, atau BARU untuk laporan sendiri.

requests-heard-ask-text = Apa yang rusak, dan di mana? Tulis singkat.
requests-heard-ask-service = Tentang apa? Balas angkanya.
requests-heard-ask-place = Di mana? Balas nama desa dan kecamatan, atau kode tempatnya.
requests-heard-ask-this-place = Di { $choice }? Balas YA, atau tempat yang benar.
requests-heard-ask-which-place = Di mana? Balas angkanya.
requests-heard-ask-similar = Sudah ada yang serupa: { $choice }. Balas IKUT untuk ikut, atau BARU untuk laporan sendiri.
requests-heard-left-out =
    { $n ->
       *[other] { $n } berkas tidak diambil. Kirim gambar JPEG, PNG atau WebP, paling besar 10 MB, paling banyak lima sekaligus.
    }

# USSD: satu layar memuat 182 huruf.
requests-heard-ussd-title = Apa yang Anda perlukan?
requests-heard-ussd-report = Melapor
requests-heard-ussd-status = Laporan saya
requests-heard-ussd-reply = Jawab ya atau tidak
requests-heard-ussd-help = Bantuan
requests-heard-ussd-language = English
requests-heard-ussd-help-text = Laporkan yang rusak; Anda mendapat kode. Setelah dijawab, Anda yang menyatakan beres atau belum. Bisa juga lewat SMS: BANTUAN.
requests-heard-ussd-group = Tentang apa?
requests-heard-ussd-service = Tepatnya?
requests-heard-ussd-place = Di mana? Nomor, atau angka kode tempat
requests-heard-ussd-text = Apa yang rusak, dan di mana tepatnya? Tulis.
requests-heard-ussd-send = { $service }, { $place }. Kirim?
requests-heard-ussd-send-named = Kirim
requests-heard-ussd-send-anonymous = Kirim tanpa nomor saya
requests-heard-ussd-send-not = Jangan kirim
requests-heard-ussd-filed = Diterima. Kode { $code }, kunci { $key }. Catat keduanya.
requests-heard-ussd-code = Tulis kode laporan:
requests-heard-ussd-which = Yang mana?
requests-heard-ussd-settled = { $code } sudah dijawab. Sudah beres?
requests-heard-ussd-yes = Ya, tutup
requests-heard-ussd-no = Belum
requests-heard-ussd-why = Apa yang kurang? Tulis, atau 0 bila tidak ada.
requests-heard-ussd-more = Lainnya

requests-heard-group-public-works = Jalan, lampu, air, sampah
requests-heard-group-health = Kesehatan
requests-heard-group-social = Bantuan sosial
requests-heard-group-administration = Surat dan perizinan
requests-heard-group-integrity = Suap dan pungutan liar
