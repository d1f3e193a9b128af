# Entitas: daftar hal yang ditambah dan diubah oleh formulir.

problem-collect-entity-form-malformed = Formulir tidak dapat membuat entitas: { $detail }
problem-collect-list-unknown = Tidak ada daftar entitas “{ $list }” di proyek ini. Periksa namanya.
problem-collect-list-name-malformed = “{ $name }” tidak dapat menjadi nama daftar entitas. Mulai dengan huruf atau “_”, lalu huruf, angka, “_” atau “-”.
problem-collect-list-exists = Proyek ini sudah punya daftar entitas “{ $name }”.
problem-collect-list-similar = Daftar entitas “{ $current }” di sini ditulis “{ $provided }”, dengan huruf besar yang lain. Tulislah dengan cara yang sama.
problem-collect-list-in-use = Daftar entitas “{ $list }” tidak dapat dihapus karena dipakai formulir “{ $form }”. Terbitkan dulu formulir itu tanpa daftar ini.
problem-collect-list-pending = { $count } kiriman menunggu persetujuan. Tentukan apakah entitasnya dibuat sekarang.
problem-collect-property-name-malformed = “{ $name }” tidak dapat menjadi nama sifat. Mulai dengan huruf atau “_”; “name”, “label”, dan nama yang diawali “__” sudah dipakai.
problem-collect-property-exists = Daftar ini sudah punya sifat “{ $name }”.
problem-collect-property-similar = Sifat “{ $current }” di sini ditulis “{ $provided }”, dengan huruf besar yang lain. Tulislah dengan cara yang sama.
problem-collect-property-unknown = Daftar ini tidak punya sifat “{ $name }”.
problem-collect-property-in-use = Sifat “{ $name }” tidak dapat dihapus karena ada formulir yang mengisinya atau entitas yang memilikinya.
problem-collect-entity-unknown = Entitas itu tidak ada di daftar ini, atau di luar jangkauan Anda.
problem-collect-entity-deleted = Entitas { $uuid } sudah dihapus. Pulihkan dulu.
problem-collect-entity-version-unknown = Entitas { $uuid } tidak punya versi { $version }. Ambil daftarnya lagi, lalu ulangi perubahan Anda.
problem-collect-entity-exists = Daftar ini sudah punya entitas { $uuid }.
problem-collect-entity-id-spent = Nomor { $uuid } milik entitas yang sudah dihapus. Pulihkan entitas itu, atau pakai nomor baru.
problem-collect-entity-stale = Entitas ini sekarang versi { $current }, sedangkan perubahan Anda dibuat dari versi { $provided }. Lihat lagi, lalu ulangi perubahan Anda.
problem-collect-entity-no-conflict = Entitas ini tidak punya pertentangan yang perlu diselesaikan.
problem-collect-entity-malformed = Perubahan ini kosong. Berikan label atau data.
problem-collect-entity-property-unknown = Daftar ini tidak punya sifat “{ $property }”. Tambahkan dulu ke daftar.
problem-collect-entity-fields-unexpected = Entitas diberikan dengan “uuid”, “label”, “data”, dan “parent”; “{ $name }” tidak dikenal.
problem-collect-entity-field-missing = “{ $field }” belum ada.
problem-collect-entity-field-mistyped = “{ $field }” bukan { $expected } yang sah.
problem-collect-entity-action-forbidden = Kiriman ini meminta { $action } entitas, tetapi formulirnya tidak menyatakan itu. Terbitkan lagi formulir dengan tindakan itu.
problem-collect-entity-parent-circular = Entitas tidak dapat menjadi anak dari dirinya sendiri atau dari anaknya sendiri.
problem-collect-entities-too-many = Terlalu banyak entitas sekaligus. Kirim paling banyak { $most } setiap kali.

collect-entities-conflict-soft = Diubah dari dua pihak
collect-entities-conflict-hard = Diubah menjadi nilai yang berbeda
