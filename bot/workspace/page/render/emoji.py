"""Emoji by the names people type."""

import re
from collections.abc import Mapping
from typing import Final

from bot.workspace.page.html import Html, joined, tag

_TABLE = """
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 clap 👏 raised_hands 🙌 pray 🙏 wave 👋 ok_hand 👌
muscle 💪 point_up ☝️ point_down 👇 point_left 👈 point_right 👉 raised_hand ✋ hand ✋ v ✌️
crossed_fingers 🤞 handshake 🤝 writing_hand ✍️ fist ✊ facepunch 👊 punch 👊 eyes 👀 brain 🧠
speaking_head_in_silhouette 🗣️ bust_in_silhouette 👤 busts_in_silhouette 👥
man-shrugging 🤷‍♂️ woman-shrugging 🤷‍♀️ shrug 🤷 face_palm 🤦 man-facepalming 🤦‍♂️
technologist 🧑‍💻 smile 😄 smiley 😃 grinning 😀 grin 😁 laughing 😆 joy 😂
rolling_on_the_floor_laughing 🤣 sweat_smile 😅 blush 😊 slightly_smiling_face 🙂
simple_smile 🙂 upside_down_face 🙃 wink 😉 heart_eyes 😍 kissing_heart 😘 relieved 😌
sunglasses 😎 nerd_face 🤓 thinking_face 🤔 neutral_face 😐 expressionless 😑 no_mouth 😶
smirk 😏 unamused 😒 face_with_rolling_eyes 🙄 grimacing 😬 lying_face 🤥 pensive 😔 sleepy 😪
sleeping 😴 mask 😷 dizzy_face 😵 exploding_head 🤯 partying_face 🥳 confused 😕 worried 😟
slightly_frowning_face 🙁 open_mouth 😮 hushed 😯 astonished 😲 flushed 😳 pleading_face 🥺
fearful 😨 cold_sweat 😰 cry 😢 sob 😭 scream 😱 sweat 😓 disappointed 😞 weary 😩
tired_face 😫 yawning_face 🥱 triumph 😤 rage 😡 angry 😠 skull 💀 ghost 👻 alien 👽
robot_face 🤖 hugging_face 🤗 face_with_monocle 🧐 saluting_face 🫡 melting_face 🫠
zany_face 🤪 star-struck 🤩 heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚
blue_heart 💙 purple_heart 💜 black_heart 🖤 broken_heart 💔 sparkling_heart 💖 100 💯 boom 💥
dizzy 💫 sweat_drops 💦 zzz 💤 fire 🔥 sparkles ✨ star ⭐ star2 🌟 zap ⚡ rainbow 🌈 sunny ☀️
cloud ☁️ umbrella ☂️ snowflake ❄️ ocean 🌊 earth_africa 🌍 earth_americas 🌎 earth_asia 🌏
full_moon 🌕 white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌
negative_squared_cross_mark ❎ heavy_plus_sign ➕ heavy_minus_sign ➖ exclamation ❗
heavy_exclamation_mark ❗ grey_exclamation ❕ question ❓ grey_question ❔ bangbang ‼️
interrobang ⁉️ warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 construction 🚧
rotating_light 🚨 bell 🔔 no_bell 🔕 loudspeaker 📢 mega 📣 recycle ♻️ information_source ℹ️
arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrow_upper_right ↗️
arrows_counterclockwise 🔄 repeat 🔁 fast_forward ⏩ rewind ⏪ arrow_forward ▶️
double_vertical_bar ⏸️ black_square_for_stop ⏹️ red_circle 🔴 large_blue_circle 🔵
large_green_circle 🟢 large_yellow_circle 🟡 large_orange_circle 🟠 large_purple_circle 🟣
white_circle ⚪ black_circle ⚫ white_large_square ⬜ black_large_square ⬛ large_green_square 🟩
large_red_square 🟥 large_yellow_square 🟨 hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚
alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ calendar 📆 date 📅 spiral_calendar_pad 🗓️
clock1 🕐 clock12 🕛 mailbox 📫 email ✉️ e-mail 📧 envelope ✉️ incoming_envelope 📨
inbox_tray 📥 outbox_tray 📤 package 📦 memo 📝 pencil 📝 pencil2 ✏️ clipboard 📋
page_facing_up 📄 page_with_curl 📃 bookmark_tabs 📑 scroll 📜 newspaper 📰 file_folder 📁
open_file_folder 📂 card_index_dividers 🗂️ wastebasket 🗑️ pushpin 📌 round_pushpin 📍
paperclip 📎 link 🔗 straight_ruler 📏 scissors ✂️ lock 🔒 unlock 🔓 closed_lock_with_key 🔐
key 🔑 hammer 🔨 wrench 🔧 hammer_and_wrench 🛠️ gear ⚙️ nut_and_bolt 🔩 magnet 🧲 toolbox 🧰
microscope 🔬 telescope 🔭 mag 🔍 mag_right 🔎 bulb 💡 flashlight 🔦 candle 🕯️ battery 🔋
electric_plug 🔌 computer 💻 desktop_computer 🖥️ printer 🖨️ keyboard ⌨️ iphone 📱
telephone ☎️ telephone_receiver 📞 floppy_disk 💾 cd 💿 camera 📷 movie_camera 🎥 tv 📺
satellite 🛰️ chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊
moneybag 💰 money_with_wings 💸 dollar 💵 euro 💶 pound 💷 credit_card 💳 receipt 🧾 bank 🏦
briefcase 💼 office 🏢 house 🏠 factory 🏭 hospital 🏥 school 🏫 shopping_trolley 🛒 gift 🎁
tada 🎉 confetti_ball 🎊 balloon 🎈 trophy 🏆 medal 🎖️ first_place_medal 🥇
second_place_medal 🥈 third_place_medal 🥉 dart 🎯 game_die 🎲 jigsaw 🧩 art 🎨
musical_note 🎵 guitar 🎸 rocket 🚀 airplane ✈️ car 🚗 bus 🚌 train 🚋 ship 🚢 bike 🚲
truck 🚚 fuelpump ⛽ world_map 🗺️ checkered_flag 🏁 triangular_flag_on_post 🚩
waving_white_flag 🏳️ white_flag 🏳️ coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷
champagne 🍾 pizza 🍕 hamburger 🍔 taco 🌮 cookie 🍪 cake 🍰 birthday 🎂 apple 🍎 banana 🍌
lemon 🍋 avocado 🥑 popcorn 🍿 salt 🧂 dog 🐶 cat 🐱 mouse 🐭 rabbit 🐰 bear 🐻 panda_face 🐼
tiger 🐯 lion_face 🦁 cow 🐮 pig 🐷 monkey_face 🐵 see_no_evil 🙈 hear_no_evil 🙉
speak_no_evil 🙊 chicken 🐔 penguin 🐧 bird 🐦 owl 🦉 unicorn_face 🦄 bee 🐝 bug 🐛 ant 🐜
turtle 🐢 snake 🐍 octopus 🐙 fish 🐟 whale 🐳 palm_tree 🌴 cactus 🌵 evergreen_tree 🌲
deciduous_tree 🌳 seedling 🌱 four_leaf_clover 🍀 maple_leaf 🍁 fallen_leaf 🍂 mushroom 🍄
sunflower 🌻 rose 🌹 tulip 🌷 house_with_garden 🏡 bathtub 🛁 shower 🚿 door 🚪 bed 🛏️
thread 🧵 crystal_ball 🔮 gem 💎 crown 👑 shield 🛡️ ticket 🎫 label 🏷️ speech_balloon 💬
thought_balloon 💭 left_speech_bubble 🗨️ one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣
seven 7️⃣ eight 8️⃣ nine 9️⃣ zero 0️⃣ keycap_ten 🔟 hash #️⃣ new 🆕 free 🆓 ok 🆗 up 🆙
cool 🆒 sos 🆘 vs 🆚 id 🆔 copyright ©️ registered ®️ tm ™️
innocent 😇 smiling_imp 😈 imp 👿 stuck_out_tongue 😛 stuck_out_tongue_winking_eye 😜
stuck_out_tongue_closed_eyes 😝 yum 😋 kissing 😗 kissing_smiling_eyes 😙 kissing_closed_eyes 😚
smiling_face_with_3_hearts 🥰 smiling_face_with_tear 🥲 money_mouth_face 🤑 zipper_mouth_face 🤐
face_with_raised_eyebrow 🤨 face_with_hand_over_mouth 🤭 shushing_face 🤫
face_with_symbols_on_mouth 🤬 face_vomiting 🤮 nauseated_face 🤢 sneezing_face 🤧 hot_face 🥵
cold_face 🥶 woozy_face 🥴 drooling_face 🤤 face_with_thermometer 🤒 face_with_head_bandage 🤕
face_with_cowboy_hat 🤠 clown_face 🤡 white_frowning_face ☹️ frowning 😦 anguished 😧
disappointed_relieved 😥 persevere 😣 confounded 😖 relaxed ☺️ satisfied 😆 face_in_clouds 😶‍🌫️
face_exhaling 😮‍💨 face_with_spiral_eyes 😵‍💫 disguised_face 🥸 face_holding_back_tears 🥹
face_with_diagonal_mouth 🫤 face_with_peeking_eye 🫣 face_with_open_eyes_and_hand_over_mouth 🫢
dotted_line_face 🫥 shaking_face 🫨 hankey 💩 poop 💩 skull_and_crossbones ☠️ jack_o_lantern 🎃
space_invader 👾 smile_cat 😸 joy_cat 😹 heart_eyes_cat 😻 scream_cat 🙀 call_me_hand 🤙 the_horns 🤘
i_love_you_hand_sign 🤟 pinched_fingers 🤌 pinching_hand 🤏 palms_up_together 🤲 open_hands 👐
left-facing_fist 🤛 right-facing_fist 🤜 raised_back_of_hand 🤚 spock-hand 🖖 heart_hands 🫶
point_up_2 👆 raised_hand_with_fingers_splayed 🖐️ selfie 🤳 nail_care 💅 ear 👂 eye 👁️ footprints 👣
raising_hand 🙋 man-raising-hand 🙋‍♂️ woman-raising-hand 🙋‍♀️ no_good 🙅 ok_woman 🙆 bow 🙇
information_desk_person 💁 woman-facepalming 🤦‍♀️ man 👨 woman 👩 baby 👶 cop 👮
construction_worker 👷 sleuth_or_spy 🕵️ female-technologist 👩‍💻 male-technologist 👨‍💻
firefighter 🧑‍🚒 astronaut 🧑‍🚀 mechanic 🧑‍🔧 office_worker 🧑‍💼 health_worker 🧑‍⚕️ superhero 🦸
mage 🧙 ninja 🥷 runner 🏃 running 🏃 walking 🚶 dancer 💃 man_dancing 🕺 juggling 🤹 bicyclist 🚴
mountain_bicyclist 🚵 swimmer 🏊 surfer 🏄 family 👪 headphones 🎧 pager 📟 fax 📠 radio 📻 microphone 🎤
studio_microphone 🎙️ speaker 🔈 sound 🔉 loud_sound 🔊 mute 🔇 video_camera 📹 film_projector 📽️
clapper 🎬 camera_with_flash 📸 compass 🧭 mantelpiece_clock 🕰️ bookmark 🔖 book 📖 open_book 📖
books 📚 closed_book 📕 green_book 📗 blue_book 📘 orange_book 📙 notebook 📓 ledger 📒 black_nib ✒️
lower_left_fountain_pen 🖋️ lower_left_ballpoint_pen 🖊️ lower_left_paintbrush 🖌️
lower_left_crayon 🖍️ triangular_ruler 📐 linked_paperclips 🖇️ card_file_box 🗃️ file_cabinet 🗄️
spiral_note_pad 🗒️ card_index 📇 postbox 📮 mailbox_with_mail 📬 mailbox_closed 📪
envelope_with_arrow 📩 love_letter 💌 ballot_box_with_ballot 🗳️ rolled_up_newspaper 🗞️ old_key 🗝️
lock_with_ink_pen 🔏 bellhop_bell 🛎️ phone ☎️ calling 📲 satellite_antenna 📡 pick ⛏️ axe 🪓
screwdriver 🪛 ladder 🪜 scales ⚖️ chains ⛓️ alembic ⚗️ test_tube 🧪 petri_dish 🧫 dna 🧬 syringe 💉
pill 💊 stethoscope 🩺 adhesive_bandage 🩹 broom 🧹 basket 🧺 soap 🧼 fire_extinguisher 🧯 bricks 🧱
bomb 💣 firecracker 🧨 hole 🕳️ bucket 🪣 three_button_mouse 🖱️ trackball 🖲️ joystick 🕹️
video_game 🎮 minidisc 💽 dvd 📀 low_battery 🪫 abacus 🧮 coin 🪙 yen 💴 heavy_dollar_sign 💲
currency_exchange 💱 chart 💹 atm 🏧 shopping_bags 🛍️ handbag 👜 school_satchel 🎒 luggage 🧳
eyeglasses 👓 safety_vest 🦺 helmet_with_white_cross ⛑️ tophat 🎩 mortar_board 🎓 necktie 👔 shirt 👕
jeans 👖 socks 🧦 athletic_shoe 👟 gloves 🧤 scarf 🧣 ring 💍 teddy_bear 🧸 ribbon 🎀 sparkler 🎇
fireworks 🎆 christmas_tree 🎄 sports_medal 🏅 partly_sunny ⛅ mostly_sunny 🌤️ rain_cloud 🌧️
thunder_cloud_and_rain ⛈️ snow_cloud 🌨️ fog 🌫️ tornado 🌪️ snowman ☃️ snowman_without_snow ⛄ umbrella_with_rain_drops ☔
droplet 💧 comet ☄️ new_moon 🌑 crescent_moon 🌙 sun_with_face 🌞 mountain ⛰️ beach_with_umbrella 🏖️
desert_island 🏝️ camping 🏕️ tent ⛺ volcano 🌋 sunrise 🌅 city_sunset 🌆 taxi 🚕 blue_car 🚙 red_car 🚗
police_car 🚓 ambulance 🚑 fire_engine 🚒 minibus 🚐 articulated_lorry 🚛 tractor 🚜 racing_car 🏎️
motor_scooter 🛵 scooter 🛴 helicopter 🚁 boat ⛵ sailboat ⛵ speedboat 🚤 anchor ⚓ traffic_light 🚥
vertical_traffic_light 🚦 busstop 🚏 motorway 🛣️ parking 🅿️ train2 🚆 metro 🚇 bullettrain_side 🚄
airplane_departure 🛫 airplane_arriving 🛬 convenience_store 🏪 department_store 🏬 hotel 🏨
post_office 🏣 church ⛪ house_buildings 🏘️ classical_building 🏛️ building_construction 🏗️
stadium 🏟️ bread 🍞 croissant 🥐 cheese_wedge 🧀 egg 🥚 fried_egg 🍳 bacon 🥓 green_salad 🥗 sandwich 🥪
hotdog 🌭 fries 🍟 burrito 🌯 spaghetti 🍝 ramen 🍜 sushi 🍣 rice 🍚 curry 🍛 stew 🍲 doughnut 🍩
icecream 🍦 ice_cream 🍨 chocolate_bar 🍫 candy 🍬 lollipop 🍭 honey_pot 🍯 cupcake 🧁 pie 🥧
strawberry 🍓 cherries 🍒 grapes 🍇 watermelon 🍉 peach 🍑 pear 🍐 pineapple 🍍 kiwifruit 🥝 tomato 🍅
carrot 🥕 corn 🌽 hot_pepper 🌶️ potato 🥔 garlic 🧄 onion 🧅 tangerine 🍊 green_apple 🍏
glass_of_milk 🥛 cocktail 🍸 tropical_drink 🍹 clinking_glasses 🥂 cup_with_straw 🥤
knife_fork_plate 🍽️ fork_and_knife 🍴 wolf 🐺 fox_face 🦊 horse 🐴 sheep 🐑 goat 🐐 elephant 🐘 koala 🐨
frog 🐸 hatching_chick 🐣 baby_chick 🐤 duck 🦆 eagle 🦅 sloth 🦥 otter 🦦 hedgehog 🦔 bat 🦇 dragon 🐉
dragon_face 🐲 t-rex 🦖 shark 🦈 dolphin 🐬 crab 🦀 snail 🐌 butterfly 🦋 spider 🕷️ spider_web 🕸️
ladybug 🐞 feet 🐾 dog2 🐕 cat2 🐈 rat 🐀 hamster 🐹 crocodile 🐊 gorilla 🦍 honeybee 🐝 herb 🌿 blossom 🌼
cherry_blossom 🌸 hibiscus 🌺 bouquet 💐 ear_of_rice 🌾 wilted_flower 🥀 potted_plant 🪴 leaves 🍃
soccer ⚽ basketball 🏀 football 🏈 baseball ⚾ tennis 🎾 volleyball 🏐 8ball 🎱
table_tennis_paddle_and_ball 🏓 bowling 🎳 golf ⛳ ski 🎿 slot_machine 🎰 black_joker 🃏
performing_arts 🎭 circus_tent 🎪 violin 🎻 trumpet 🎺 saxophone 🎷 drum_with_drumsticks 🥁
musical_keyboard 🎹 notes 🎶 heavy_division_sign ➗ heavy_multiplication_x ✖️ infinity ♾️
wavy_dash 〰️ arrow_upper_left ↖️ arrow_lower_right ↘️ arrow_lower_left ↙️ left_right_arrow ↔️
arrow_up_down ↕️ leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ arrow_heading_up ⤴️
arrow_heading_down ⤵️ arrows_clockwise 🔃 repeat_one 🔂 twisted_rightwards_arrows 🔀
arrow_backward ◀️ arrow_double_up ⏫ arrow_double_down ⏬ arrow_up_small 🔼 arrow_down_small 🔽
black_right_pointing_double_triangle_with_vertical_bar ⏭️ black_circle_for_record ⏺️ eject ⏏️
large_brown_circle 🟤 large_blue_square 🟦 large_orange_square 🟧 large_purple_square 🟪
large_brown_square 🟫 white_medium_square ◻️ black_medium_square ◼️ small_red_triangle 🔺
small_red_triangle_down 🔻 large_orange_diamond 🔶 large_blue_diamond 🔷 small_orange_diamond 🔸
small_blue_diamond 🔹 radio_button 🔘 white_heart 🤍 brown_heart 🤎 two_hearts 💕 heartbeat 💓
heartpulse 💗 cupid 💘 revolving_hearts 💞 gift_heart 💝 heart_on_fire ❤️‍🔥 mending_heart ❤️‍🩹
kiss 💋 anger 💢 collision 💥 right_anger_bubble 🗯️ dash 💨 radioactive_sign ☢️ biohazard_sign ☣️
wheelchair ♿ restroom 🚻 no_smoking 🚭 no_mobile_phones 📵 children_crossing 🚸 beginner 🔰
name_badge 📛 o ⭕ eight_spoked_asterisk ✳️ sparkle ❇️ end 🔚 back 🔙 on 🔛 soon 🔜 top 🔝 abc 🔤 1234 🔢
symbols 🔣 ng 🆖 a 🅰️ b 🅱️ ab 🆎 cl 🆑 m Ⓜ️ keycap_star *️⃣ signal_strength 📶 vibration_mode 📳
mobile_phone_off 📴 low_brightness 🔅 high_brightness 🔆 globe_with_meridians 🌐 moyai 🗿 clock2 🕑
clock3 🕒 clock4 🕓 clock5 🕔 clock6 🕕 clock7 🕖 clock8 🕗 clock9 🕘 clock10 🕙 clock11 🕚
rainbow-flag 🏳️‍🌈 black_flag 🏴 us 🇺🇸 gb 🇬🇧 uk 🇬🇧 de 🇩🇪 fr 🇫🇷 es 🇪🇸 it 🇮🇹 jp 🇯🇵 kr 🇰🇷 cn 🇨🇳
"""

EMOJI: Final[Mapping[str, str]] = dict(zip(_TABLE.split()[::2], _TABLE.split()[1::2], strict=True))
_TONES: Final = dict(zip("23456", "🏻🏼🏽🏾🏿", strict=True))
_TONED: Final = frozenset(
    "👍👎👏🙌🙏👋👌💪☝👇👈👉👆✋🤚🖐✌🤞✍✊👊🤛🤜🤙🤘🤟🤌🤏🤲👐🖖🫶🤳💅👂🤝"
    "🤷🤦🙋🙅🙆🙇💁🧑👨👩👶👮👷🕵🦸🧙🥷🏃🚶💃🕺🤹🚴🚵🏊🏄🛀"
)
"""What has a colour of skin: these letters, and whatever begins with them."""


def character(name: str) -> str | None:
    """The character for `tada`, or `+1::skin-tone-3`; None where nobody knows the name."""
    base, _, tone = name.strip(":").partition("::skin-tone-")
    found = EMOJI.get(base) or _flag(base)
    if not (found and tone in _TONES and found[0] in _TONED):
        return found
    # It stands before a sex, and in the place of the letter that says “as a picture”.
    return found[0] + _TONES[tone] + found[1:].removeprefix("\ufe0f")


def _flag(name: str) -> str | None:
    """The flag of `flag-se`: its two letters, as the letters that flags are made of."""
    country = name.removeprefix("flag-")
    if not re.fullmatch("[a-z]{2}", country) or country == name:
        return None
    return "".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in country)


def emoji(name: str) -> Html:
    """An emoji that says its name to whoever cannot see it; the name as typed where there is none."""
    found = character(name)
    if found is None:
        return joined([name if name.startswith(":") else f":{name}:"])
    return tag("span", {"class": "emoji", "role": "img", "aria-label": name.strip(":").replace("_", " ")}, found)
