export function count(number) {
  return Math.round(number).toLocaleString('en-US');
}

export function range(numbers) {
  return `${count(Math.min(...numbers))} – ${count(Math.max(...numbers))}`;
}

export function fixed(number, digits = 2) {
  return number === null ? '-' : number.toFixed(digits);
}

export function percent(share) {
  return share === null ? '-' : `${Math.round(share * 100)} %`;
}
