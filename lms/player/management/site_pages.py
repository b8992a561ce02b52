"""The pages of the site in the demo world, as keepers of the site would write them in Wagtail."""

ABOUT = """
<p>Bestari adalah satu tempat bagi pegawai aparatur sipil negara untuk belajar, mencatat hasil belajarnya, dan
melihat kemampuan apa yang masih perlu diperkuat. Namanya berasal dari kata <i>bestari</i>: berpengetahuan luas dan
berbudi.</p>
<h2>Untuk siapa</h2>
<ul>
<li><b>Pegawai</b> mengikuti kursus di ponsel atau komputer, lalu menyimpan sertifikat dan jam pelajarannya (JP).</li>
<li><b>Fasilitator dan penulis</b> menyusun kursus; orang lain yang memeriksa dan menerbitkannya.</li>
<li><b>Atasan dan unit kepegawaian</b> melihat kemajuan dan bukti kompetensi, sebatas kewenangannya.</li>
<li><b>Siapa pun</b> dapat memeriksa keaslian sertifikat tanpa perlu punya akun.</li>
</ul>
<h2>Yang kami jaga</h2>
<p>Setiap angka dapat ditelusuri ke sumbernya: JP ke penyelesaian kursus, tingkat kompetensi ke buktinya. Setiap orang
dapat membaca siapa yang membuka profilnya dan kapan. Catatan yang keliru tidak dihapus diam-diam; ia dikoreksi dengan
catatan baru yang menyebut alasannya.</p>
<h2>Laman ini contoh</h2>
<p>Anda sedang melihat dunia contoh. Instansinya nyata, tetapi orang, nilai, dan sertifikatnya rekaan dan bukan dokumen
resmi.</p>
"""

COURSES = """
<p>Kursus di Bestari ditulis oleh instansi, bukan oleh pengelola situs. Inilah jalannya dari rancangan sampai dapat
Anda ikuti.</p>
<ol>
<li><b>Ditulis.</b> Penulis menyusun unit, soal, dan kisi-kisi ujian. Rancangan tidak terlihat oleh peserta.</li>
<li><b>Diperiksa mesin.</b> Unit yang kosong, gambar tanpa keterangan, tautan mati, dan jumlah menit yang tidak sepadan
dengan JP ditolak sebelum dibaca orang.</li>
<li><b>Diperiksa orang lain.</b> Penerbit membaca seluruh perubahan. Ia tidak boleh ikut menulis kursus itu.</li>
<li><b>Dirilis.</b> Isi dibekukan. Angkatan yang sedang berjalan tetap memakai rilisnya, sehingga soal dan syarat tidak
berubah di tengah jalan.</li>
</ol>
<h2>Bila Anda menemukan kekeliruan</h2>
<p>Di bawah setiap unit ada tombol <b>Ada yang keliru di sini</b>. Catatan Anda sampai kepada penulis, dan Anda mendapat
kabar setelah ia menjawabnya.</p>
"""

PAGES = (
    {
        "title": "Bagaimana kursus dibuat dan diperiksa",
        "slug": "kursus-dibuat",
        "summary": "Dari rancangan sampai rilis: empat langkah, dan tidak ada yang memeriksa tulisannya sendiri.",
        "body": COURSES,
    },
    {
        "title": "Tentang Bestari",
        "slug": "tentang-bestari",
        "summary": "Satu tempat untuk belajar, mencatat hasilnya, dan melihat langkah berikutnya.",
        "body": ABOUT,
    },
)
