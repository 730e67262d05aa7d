/** The passwords of eight characters and more that are tried first, in lower case: what people type most, with the usual endings. */
export const COMMON_PASSWORDS = `
password password1 password12 password123 password1234 password! passw0rd p@ssw0rd p@ssword pa$$word pa55word passwort passwort1
passwort123 passw0rd1 p@ssw0rd1 p@ssw0rd123 password01 password2 password3 password11 password99 password00 1password mypassword
newpassword 12345678 123456789 1234567890 12345678910 123456789a 123456789q 0123456789 0987654321 987654321 9876543210 87654321 11111111
111111111 1111111111 00000000 000000000 0000000000 22222222 33333333 44444444 55555555 66666666 77777777 88888888 888888888 99999999
999999999 12121212 11223344 1122334455 112233445566 12341234 123123123 123321123 321321321 147258369 159753456 789456123 741852963
963852741 123654789 1029384756 10203040 1020304050 11112222 12344321 123454321 13131313 14141414 21212121 23232323 31415926 314159265
01234567 12345679 23456789 123456780 12345612 123456123 123123456 456456456 789789789 159159159 147147147 147852369 123789456 135792468
246813579 102030405060 19871987 19881988 19891989 19901990 19911991 20002000 20202020 12332100 98765432 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y
1qaz2wsx 1qaz2wsx3edc 1qazxsw2 zaq12wsx zaq1zaq1 zaq1xsw2 qazwsxedc qazwsx123 qazwsxedcrfv 2wsx3edc 1qaz1qaz !qaz2wsx 1qaz@wsx q1w2e3r4
q1w2e3r4t5 q1w2e3r4t5y6 qwer1234 qwerty12 qwerty123 qwerty1234 qwerty12345 qwerty123456 qwertyui qwertyuiop qwertyuiop123 qwertz123
qwertzui qwertzuiop qwerqwer qweqweqwe qweasdzxc qweasd123 qwe123qwe qwe12345 asdfghjk asdfghjkl asdfghjkl1 asdf1234 asdfasdf asdasdasd
asd123456 asd123asd asdqwe123 zxcvbnm1 zxcvbnm123 zxcvbnm, zxcvzxcv zxcasdqwe zxc123456 azertyui azertyuiop azerty123 poiuytrewq
mnbvcxz1 lkjhgfdsa 1234qwer 123qweasd 123qwe123 123qweasdzxc 12qwaszx 1234abcd 12345qwert 123456qwerty 123456abc 123abc123 abc12345
abc123456 abc123abc abcd1234 abcde123 abcde12345 abcdefgh abcdefghi abcdefghij abcdefg1 abcdef123 abcabcabc a1b2c3d4 a1b2c3d4e5 a1s2d3f4
a1234567 a12345678 a123456789 aa123456 aa12345678 aaa11111 aaaaaaaa aaaaaaaaaa aaaa1111 q1234567 q12345678 q123456789 z1234567 zzzzzzzz
xxxxxxxx qqqqqqqq wwwwwwww asas1212 admin123 admin1234 admin12345 admin123456 adminadmin administrator root1234 rootroot toor1234
changeme changeme1 changeme123 letmein1 letmein12 letmein123 welcome1 welcome12 welcome123 welcome1234 welcome! welcome01 default1
guest123 guestguest test1234 test12345 test123456 testtest testing1 testing123 tester123 user1234 useruser demo1234 demodemo temp1234
temppass temporary sample123 example1 secret12 secret123 secretsecret topsecret iloveyou iloveyou1 iloveyou2 iloveyou12 iloveyou123
iloveyou! iloveme1 iloveu12 iloveu123 loveyou1 lovelove loveme123 mylove123 trustno1 starwars starwars1 sunshine sunshine1 princess
princess1 princess123 football football1 football123 baseball baseball1 baseball123 basketball basketball1 volleyball softball superman
superman1 superman123 spiderman spiderman1 batman123 batman12 ironman123 michael1 michelle michelle1 jennifer jennifer1 jessica1
jordan23 jordan123 charlie1 charlie123 computer computer1 internet internet1 samsung1 samsung123 nintendo playstation pokemon1
pokemon123 minecraft minecraft1 minecraft123 whatever whatever1 corvette mustang1 chevrolet mercedes porsche1 ferrari1 yamaha12 kawasaki
harley123 dolphins dolphin1 steelers cowboys1 patriots liverpool liverpool1 liverpool123 chelsea1 chelsea123 arsenal1 arsenal123
barcelona barcelona1 realmadrid juventus manchester manutd123 everton1 rangers1 celtic123 redskins yankees1 lakers24 lakers123 warriors
maverick midnight midnight1 moonlight butterfly butterfly1 elephant chocolate chocolate1 cheesecake strawberry blueberry pineapple
watermelon snowball snowflake sweetheart sweetpea babygirl babygirl1 babydoll angel123 angels123 blessed1 jesus123 jesuschrist jesus777
godisgood godislove christian christian1 forever1 forever21 friends1 friendship freedom1 freedom123 hello123 hello1234 hellohello
helloworld hello12345 hi123456 goodluck goodbye1 lovely12 loveless cutie123 beautiful beautiful1 gorgeous handsome awesome1 awesome123
amazing1 fantastic wonderful happy123 happiness happyday smile123 smiley12 rainbow1 rainbow123 rainbows diamond1 diamonds platinum
crystal1 emerald1 sapphire goldfish golden123 silver123 phoenix1 dragon12 dragon123 dragons1 monster1 monster123 monsters vampire1
zombie123 wolverine scorpion scorpion1 panthers panther1 tiger123 tigers12 lionking wildcats bulldogs bulldog1 gladiator warcraft
blizzard starcraft counter1 counterstrike fortnite fortnite1 fortnite123 roblox123 roblox12 leagueoflegends overwatch callofduty
valorant dota2dota steam123 xbox360x playboy1 rockstar rockstar1 rocknroll metallica metallica1 slipknot slipknot1 nirvana1 linkinpark
greenday blink182 eminem123 westside eastside westlife biteme123 asshole1 bullshit fuckyou1 fuckyou2 fuckyou123 fuckoff1 motherfucker
bitch123 sexy1234 pussycat hottie12 hotmail1 yahoo123 google123 google12 facebook facebook1 facebook123 twitter1 youtube1 linkedin
linkedin1 instagram netflix1 amazon123 windows1 windows10 microsoft macintosh apple123 iphone123 android1 linux123 ubuntu123 cisco123
oracle123 mysql123 server123 master123 master12 masterkey hunter12 hunter123 killer12 killer123 shadow12 shadow123 matrix123 ninja123
ninjas12 pirate123 captain1 soldier1 marines1 airforce military warrior1 warrior123 wrestling skateboard snowboard surfing1 fishing1
hunting1 golfing1 racing123 nascar24 jamesbond jamesbond007 bond0077 agent007 matthew1 anthony1 andrew12 daniel12 danielle danielle1
patricia veronica victoria victoria1 stephanie samantha samantha1 elizabeth elizabeth1 alexander alexander1 alexandra alexandria
benjamin benjamin1 christopher christina christine catherine katherine caroline charlotte isabella gabriella gabriel1 nathaniel nicholas
nicholas1 jonathan jonathan1 joshua12 joseph12 william1 robert12 richard1 thomas12 brandon1 brittany brittany1 courtney kimberly
kimberly1 lauren12 melissa1 nicole12 rebecca1 rachel12 sabrina1 vanessa1 valentina veronika francesca giovanni leonardo alejandro
alejandra fernando fernanda sebastian sebastian1 santiago valeria1 mariposa teamo123 tequiero teamomucho contrasena contraseña bonjour1
bonjour123 soleil123 doudou123 motdepasse azerty12 marseille loulou123 chouchou nicolas1 camille1 schatz123 schalke04 fussball bayern123
borussia hallo123 hallo1234 hallohallo sommer123 sommer2020 winter123 winter2020 geheim123 passwort12 deutschland berlin123 hamburg1
münchen1 frankfurt computer123 sonnenschein schmetterling liebling ichliebedich parola123 sifre123 galatasaray fenerbahce besiktas
istanbul senha123 brasil123 flamengo corinthians palmeiras saopaulo ciao1234 napoli1926 forzamilan forzainter polska123 haslo123
zaqwsxcde qwerty1q kochanie matrix11 summer12 summer123 summer01 summer2019 summer2020 summer2021 summer2022 summer2023 summer2024
summer2025 spring2020 spring2021 spring2022 spring2023 spring2024 spring2025 autumn2020 autumn2021 autumn2022 autumn2023 autumn2024
autumn2025 winter2019 winter2021 winter2022 winter2023 winter2024 winter2025 january1 february september september1 october1 november
november1 december december1 monday123 friday123 sunday123 birthday birthday1 christmas christmas1 halloween valentine newyork1
newyork123 losangeles chicago1 california california1 florida1 texas123 colorado virginia carolina1 washington london123 england1
scotland ireland1 australia australia1 canada123 america1 america123 germany1 brazil123 mexico123 argentina colombia venezuela portugal
romania1 holland1 sweden123 denmark1 norway123 finland1 pakistan pakistan123 india123 bangladesh indonesia philippines vietnam1 thailand
shanghai beijing1 hongkong singapore melbourne sydney123 toronto1 montreal vancouver zxcvbnmm qwaszx12 passpass pass1234 pass12345
pass123456 passcode passphrase login123 loginlogin access14 access123 accesscode opensesame iamgod123 nopassword nopass123 password#
password@1 password@123 password!1 p@55w0rd pa$$w0rd pwd12345 passwd123 senha1234 contrase1 monkey123 soccer123 hockey123 spring123
autumn123 tigger123 buster123 ginger123 cookie123 pepper123 banana123 orange123 purple123 yellow123 flower123 andrew123 daniel123
robert123 thomas123 joseph123 joshua123 george123 nicole123 hannah123 amanda123 jessica123 ashley123 michael123 jasmine123 matthew123
anthony123 sunshine123 starwars123 passwort1234 letmein1234 dragon1234 monkey1234 shadow1234 master1234 killer1234 hunter1234 soccer1234
hockey1234 summer1234 winter1234 spring1234 autumn1234 tigger1234 buster1234 ginger1234 cookie1234 pepper1234 banana1234 orange1234
purple1234 yellow1234 flower1234 jordan1234 harley1234 andrew1234 daniel1234 robert1234 thomas1234 joseph1234 joshua1234 george1234
nicole1234 hannah1234 amanda1234 jessica1234 ashley1234 michael1234 charlie1234 jasmine1234 matthew1234 anthony1234 superman1234
sunshine1234 princess1234 football1234 baseball1234 starwars1234 pokemon1234 iloveyou1234 samsung1234 liverpool1234 chelsea1234
arsenal1234 login1234 secret1234 password12345 passwort12345 welcome12345 letmein12345 dragon12345 monkey12345 shadow12345 master12345
killer12345 hunter12345 soccer12345 hockey12345 summer12345 winter12345 spring12345 autumn12345 tigger12345 buster12345 ginger12345
cookie12345 pepper12345 banana12345 orange12345 purple12345 yellow12345 flower12345 jordan12345 harley12345 andrew12345 daniel12345
robert12345 thomas12345 joseph12345 joshua12345 george12345 nicole12345 hannah12345 amanda12345 jessica12345 ashley12345 michael12345
charlie12345 jasmine12345 matthew12345 anthony12345 superman12345 sunshine12345 princess12345 football12345 baseball12345 starwars12345
pokemon12345 iloveyou12345 samsung12345 liverpool12345 chelsea12345 arsenal12345 login12345 secret12345 password123456 passwort123456
welcome123456 letmein123456 dragon123456 monkey123456 shadow123456 master123456 killer123456 hunter123456 soccer123456 hockey123456
summer123456 winter123456 spring123456 autumn123456 tigger123456 buster123456 ginger123456 cookie123456 pepper123456 banana123456
orange123456 purple123456 yellow123456 flower123456 jordan123456 harley123456 andrew123456 daniel123456 robert123456 thomas123456
joseph123456 joshua123456 george123456 nicole123456 hannah123456 amanda123456 jessica123456 ashley123456 michael123456 charlie123456
jasmine123456 matthew123456 anthony123456 superman123456 sunshine123456 princess123456 football123456 baseball123456 starwars123456
pokemon123456 iloveyou123456 samsung123456 liverpool123456 chelsea123456 arsenal123456 login123456 secret123456 hello123456 jasmine1
monkey12 soccer12 hockey12 winter12 spring12 autumn12 tigger12 buster12 ginger12 cookie12 pepper12 banana12 orange12 purple12 yellow12
flower12 jordan12 harley12 george12 hannah12 amanda12 jessica12 ashley12 michael12 charlie12 jasmine12 matthew12 anthony12 superman12
sunshine12 princess12 football12 baseball12 starwars12 pokemon12 samsung12 liverpool12 chelsea12 arsenal12 password123! passwort123!
qwerty123! admin123! welcome123! letmein123! dragon123! monkey123! shadow123! master123! killer123! hunter123! soccer123! hockey123!
summer123! winter123! spring123! autumn123! tigger123! buster123! ginger123! cookie123! pepper123! banana123! orange123! purple123!
yellow123! flower123! jordan123! harley123! andrew123! daniel123! robert123! thomas123! joseph123! joshua123! george123! nicole123!
hannah123! amanda123! jessica123! ashley123! michael123! charlie123! jasmine123! matthew123! anthony123! superman123!
`;
