"""Invented names and sentences of the grown base. Nothing here is about a real person."""

FIRST = (
    "Sari Dewi Putu Made Ayu Rina Wulan Ratna Siti Nur Indah Fitri Lestari Maya Kartika Bambang Agus Budi Hendra Eko "
    "Joko Wahyu Andi Rizal Yusuf Ketut Gede Nyoman Arif Dian Tri Slamet Rudi Fajar Ilham Yohanes Maria Frans Markus "
    "Lukman Mega Novi Oktavia Puspa Qori Rahmat Sinta Taufik Umar Vina Wayan Yanti Zainal Bayu Citra Desi Edi Galih"
).split()
LAST = (
    "Wulandari Prasetyo Nugroho Hidayat Saputra Lestari Pradnyani Wijaya Kusuma Setiawan Utami Rahayu Siregar Nasution "
    "Harahap Sopacua Latuconsina Tanjung Maharani Anggraini Hastuti Gunawan Permana Santoso Puspita Mahendra Suryani "
    "Simatupang Ginting Lubis Rumbiak Wenda Pattiasina Manurung Hutapea Daulay Syahputra Firmansyah Ramadhan Safitri"
).split()
UNITS = (
    "Dinas Komunikasi dan Informatika", "Badan Kepegawaian", "Bagian Organisasi", "Inspektorat", "Dinas Kesehatan",
    "Dinas Pendidikan",
)  # fmt: skip
FORMS = (
    "Dasar", "Praktik", "Penguatan", "Klinik", "Studi kasus", "Langkah awal", "Tata kelola", "Mutu", "Evaluasi",
    "Perbaikan",
)  # fmt: skip
TOPICS = (
    "pengelolaan pengaduan", "pelayanan publik", "arsip dinamis", "pengadaan barang dan jasa", "keuangan daerah",
    "perencanaan pembangunan", "manajemen risiko", "etika ASN", "komunikasi publik", "data terbuka",
    "keamanan informasi", "layanan digital", "kebijakan berbasis bukti", "pendampingan inovasi", "layanan inklusif",
    "penyusunan laporan", "kerja tim lintas unit", "pengawasan internal", "perlindungan data pribadi",
    "survei kepuasan",
)  # fmt: skip
SENTENCES = (
    "Petugas mencatat keluhan warga pada hari yang sama, lengkap dengan tempat dan waktunya.",
    "Jawaban yang baik dimulai dari pokok persoalan, bukan dari dasar hukumnya.",
    "Setiap unit menunjuk satu orang yang tahu kapan tenggat berakhir.",
    "Bila data belum lengkap, tanyakan satu hal yang paling menentukan lebih dahulu.",
    "Rapat singkat setiap pagi membuat hambatan terlihat sebelum menjadi keterlambatan.",
    "Catatan keputusan menyebut siapa yang memutuskan, kapan, dan atas dasar apa.",
    "Ukuran keberhasilan dipilih sebelum kegiatan dimulai, supaya hasilnya tidak dicari-cari.",
    "Warga berhak tahu sampai di mana permohonannya, tanpa harus datang ke kantor.",
    "Risiko kecil yang sering terjadi lebih mahal daripada risiko besar yang jarang.",
    "Dokumen disimpan dengan nama yang dapat dipahami orang yang datang kemudian.",
    "Perubahan prosedur diuji di satu loket selama dua minggu sebelum diperluas.",
    "Umpan balik dibaca bersama, lalu dipilih satu hal untuk diperbaiki bulan ini.",
    "Anggaran mengikuti pekerjaan; pekerjaan tidak dibentuk supaya anggaran terserap.",
    "Orang yang menemukan kesalahan diberi jalan yang aman untuk mengatakannya.",
    "Angka dalam laporan selalu disertai sumber dan tanggal pengambilannya.",
    "Kerja lintas unit berhasil bila serah terimanya tertulis dan singkat.",
)
STEMS = (
    "Apa langkah pertama ketika {}?", "Siapa yang bertanggung jawab atas {}?", "Ukuran mana yang tepat untuk {}?",
    "Mana contoh yang baik dari {}?", "Apa yang harus dicatat dalam {}?", "Kapan {} dianggap selesai?",
)  # fmt: skip
RIGHT = "Mencatat, memberi tahu yang berkepentingan, lalu menindaklanjuti sebelum tenggat."
WRONG = (
    "Menunggu sampai ada yang menanyakan.",
    "Meneruskan kepada unit lain tanpa catatan.",
    "Menutup perkara karena datanya kurang.",
)
