# Mengikuti lewat surel.

catalog-following-title = Beri tahu saya lewat surel
catalog-following-lead-dataset = Kami menulis kepada Anda bila “{ $title }” berubah, paling banyak sekali sehari.
catalog-following-lead-new = Kami menulis kepada Anda bila ada dataset baru di “{ $title }”.
catalog-following-lead-contribution = Kami menulis kepada Anda bila “{ $title }” dijawab.
catalog-following-no-mail-lead = Pemasangan ini tidak mengirim surel. Umpan di bawah memberi tahu program apa yang baru.
catalog-following-email = Alamat surel
catalog-following-email-hint = Tidak kami pakai untuk hal lain, dan tidak dilihat siapa pun.
catalog-following-button = Lanjutkan
catalog-following-feed = Kabar semua data sebagai umpan Atom
catalog-following-back = Kembali ke halaman
catalog-following-asked = Periksa surel Anda
catalog-following-asked-lead = Bila alamatnya benar, ada pesan dengan tautan. Kami baru menulis kepada Anda setelah Anda menekan tombol di baliknya. Tautan berlaku tiga hari.
catalog-following-confirm-title = Diberi tahu lewat surel?
catalog-following-confirm-lead = Tekan tombol untuk diberi tahu kabar tentang “{ $title }”.
catalog-following-confirm = Ya, tulislah kepada saya
catalog-following-begun = Kami akan menulis kepada Anda
catalog-following-begun-lead = Setiap pesan berakhir dengan tautan untuk menghentikannya.
catalog-following-end-title = Hentikan pesan?
catalog-following-end-lead = Tekan tombol, dan kami tidak menulis lagi tentang ini.
catalog-following-end = Hentikan
catalog-following-ended = Sudah dihentikan
catalog-following-ended-lead = Kami tidak menulis lagi tentang ini.

catalog-following-mail-ask-title = Mau diberi tahu?
catalog-following-mail-ask = Seseorang, mungkin Anda, meminta kami menulis ke alamat ini tentang data kami. Bila itu Anda, buka halaman ini dan tekan tombolnya: { $link } Bila bukan Anda, abaikan saja, dan kami tidak akan menulis lagi.
catalog-following-mail-title = Kabar data yang Anda ikuti
catalog-following-mail-end = Untuk menghentikan pesan ini: { $link }
catalog-following-new = Baru: { $title }
catalog-following-changed = Berubah: { $title }
catalog-following-more = Dan { $n } lagi.
catalog-following-decided-shown = Kiriman Anda kini dapat dibaca semua orang.
catalog-following-decided-planned = Data yang Anda minta sudah dijanjikan.
catalog-following-decided-available = Data yang Anda minta sudah ada.
catalog-following-decided-refused = Data yang Anda minta tidak akan ada. Inilah alasannya:
catalog-following-decided-hidden = Kiriman Anda disembunyikan. Inilah alasannya:

problem-catalog-following-link-unknown = Tautan ini tidak lengkap. Salin seluruhnya dari pesannya.
problem-catalog-following-link-old = Tautan ini terlalu lama. Ketik alamat Anda sekali lagi.
problem-catalog-following-no-mail = Pemasangan ini tidak mengirim surel.
