"""Emoji by the names people type."""

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
cloud ☁️ umbrella ☔ snowflake ❄️ ocean 🌊 earth_africa 🌍 earth_americas 🌎 earth_asia 🌏
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
clock1 🕐 clock12 🕛 mailbox 📫 email 📧 e-mail 📧 envelope ✉️ incoming_envelope 📨
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
tada 🎉 confetti_ball 🎊 balloon 🎈 trophy 🏆 medal 🏅 first_place_medal 🥇
second_place_medal 🥈 third_place_medal 🥉 dart 🎯 game_die 🎲 jigsaw 🧩 art 🎨
musical_note 🎵 guitar 🎸 rocket 🚀 airplane ✈️ car 🚗 bus 🚌 train 🚆 ship 🚢 bike 🚲
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
"""

EMOJI: Final[Mapping[str, str]] = dict(zip(_TABLE.split()[::2], _TABLE.split()[1::2], strict=True))
_TONES: Final = dict(zip("23456", "🏻🏼🏽🏾🏿", strict=True))
_TONED: Final = frozenset("👍👎👏🙌🙏👋👌💪☝👇👈👉✋✌🤞✍✊👊🤷🤦🧑🤝🛏🛀")
"""What has a colour of skin: these letters, and whatever begins with them."""


def character(name: str) -> str | None:
    """The character for `tada`, or `+1::skin-tone-3`; None where nobody knows the name."""
    base, _, tone = name.strip(":").partition("::skin-tone-")
    found = EMOJI.get(base)
    if not (found and tone in _TONES and found[0] in _TONED):
        return found
    # It stands before a sex, and in the place of the letter that says “as a picture”.
    return found[0] + _TONES[tone] + found[1:].removeprefix("\ufe0f")


def emoji(name: str) -> Html:
    """An emoji that says its name to whoever cannot see it; the name as typed where there is none."""
    found = character(name)
    if found is None:
        return joined([name if name.startswith(":") else f":{name}:"])
    return tag("span", {"class": "emoji", "role": "img", "aria-label": name.strip(":").replace("_", " ")}, found)
